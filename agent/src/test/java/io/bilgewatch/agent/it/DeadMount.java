package io.bilgewatch.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A file system of a container that never answers, as of a server that died: FUSE, whose other end
 * is open and read by nobody. Who hangs on it comes back when it is closed.
 */
final class DeadMount implements AutoCloseable {
  private static final String MOUNT =
      "exec 3<>/dev/fuse; nsenter --target \"$PID\" --mount mount -t fuse"
          + " -o fd=3,rootmode=40000,user_id=0,group_id=0 dead \"$POINT\" && exec sleep 600";

  private final Process holder;

  private DeadMount(Process holder) {
    this.holder = holder;
  }

  /**
   * @param pid of the container's first process
   * @param point a directory in the container
   */
  static DeadMount at(long pid, String point) {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", MOUNT);
    builder.environment().put("PID", Long.toString(pid));
    builder.environment().put("POINT", point);
    try {
      DeadMount mount =
          new DeadMount(
              builder.redirectError(Redirect.INHERIT).redirectOutput(Redirect.DISCARD).start());
      Path table = Path.of("/proc", Long.toString(pid), "mountinfo");
      Await.until(
          "it is mounted",
          Duration.ofSeconds(20),
          () -> read(table).contains(" " + point + " rw,relatime - fuse dead"));
      return mount;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    holder.destroyForcibly().onExit().join();
  }
}
