package io.bilgewatch.mount;

import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The mount table of a container, and that of a host with many. */
@State(Scope.Benchmark)
public class MountTableBenchmark {
  private static final String LINE =
      "%d 1 0:%d / /mnt/point-%d rw,nosuid,nodev,noexec,relatime shared:%d - tmpfs tmpfs"
          + " rw,size=65536k,mode=755\n";

  private static final String ROOT =
      "1 0 0:99 / / rw,relatime - overlay overlay rw,lowerdir=/l/A:/l/B:/l/C:/l/D,upperdir=/u/diff,"
          + "workdir=/u/work\n";

  @Param({"20", "2000"})
  private int mounts;

  private byte[] text;

  @Setup
  public void write() {
    StringBuilder lines = new StringBuilder(ROOT);
    for (int i = 2; i <= mounts; i++) {
      lines.append(LINE.formatted(i, 100 + i, i, i));
    }
    text = lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Benchmark
  public MountTable parse() {
    return MountTable.parse(text);
  }
}
