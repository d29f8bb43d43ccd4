package io.bilgewatch.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostMemoryReaderTest {
  @TempDir private Path root;

  @Test
  void eachHostRootHasItsOwnMemory() throws IOException {
    Path other = Files.createDirectories(root.resolve("other"));
    write(root, "MemTotal: 3 kB\nMemAvailable: 2 kB\nSwapFree: 1 kB\nNew_in_a_later_kernel: 7\n");
    write(other, "MemTotal: 30 kB\nMemAvailable: 20 kB\nSwapFree: 10 kB\n");
    assertEquals(Reading.of(new HostMemory(3072, 2048, 1024)), read(root));
    assertEquals(Reading.of(new HostMemory(30_720, 20_480, 10_240)), read(other));
  }

  @Test
  void whatIsNotSaidIsNotZero() throws IOException {
    write(root, "MemTotal: 3 kB\nSwapFree: 1 kB\n");
    assertEquals(Reading.Cause.MALFORMED, cause(read(root)));
    write(root, "MemTotal: 3 kB\nMemAvailable: many\nSwapFree: 1 kB\n");
    assertEquals(Reading.Cause.MALFORMED, cause(read(root)));
    assertEquals(Reading.Cause.FAILED, cause(read(root.resolve("not-there"))));
  }

  @Test
  void theLiveHostIsWhatFreeSays() throws IOException, InterruptedException {
    HostMemory memory = new HostMemoryReader(HostRoot.LIVE).read().optional().orElseThrow();
    String[] free = Shell.run("free", "-b").lines().toList().get(1).split(" +", -1);
    assertEquals(Long.parseLong(free[1]), memory.totalBytes());
    assertEquals(
        Double.parseDouble(free[6]),
        (double) memory.availableBytes(),
        0.1 * (double) memory.totalBytes());
    assertTrue(memory.swapFreeBytes() >= 0);
  }

  private static Reading<HostMemory> read(Path root) {
    return new HostMemoryReader(new HostRoot(root)).read();
  }

  private static Reading.Cause cause(Reading<?> reading) {
    return assertInstanceOf(Reading.Missing.class, reading).cause();
  }

  private static void write(Path root, String meminfo) throws IOException {
    Files.writeString(Files.createDirectories(root.resolve("proc")).resolve("meminfo"), meminfo);
  }
}
