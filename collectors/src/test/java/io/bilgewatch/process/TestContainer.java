package io.bilgewatch.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** A version 2 cgroup of the live host that is named as a container's; also where it is hybrid. */
public record TestContainer(Path directory) implements AutoCloseable {

  public static TestContainer create(String id) throws IOException {
    Path hybrid = Path.of("/sys/fs/cgroup/unified");
    Path root = Files.isDirectory(hybrid) ? hybrid : Path.of("/sys/fs/cgroup");
    // One that a test which was broken off has left behind, if nobody is in it any more.
    Files.deleteIfExists(root.resolve(id));
    return new TestContainer(Files.createDirectory(root.resolve(id)));
  }

  /**
   * A process of bash(1) in it; what it prints is behind its first line. It enters first and
   * becomes the program then, as a runtime's does: who looks at it at its exec finds it there.
   */
  public Process start(String script) throws IOException {
    String enter =
        "echo $$ > %s; echo entered; exec bash -c \"$0\""
            .formatted(directory.resolve("cgroup.procs"));
    Process process = new ProcessBuilder("bash", "-c", enter, script).start();
    if (!"entered".equals(process.inputReader().readLine())) {
      throw new IOException("could not enter " + directory);
    }
    return process;
  }

  /** A process that has just ended keeps it busy for a moment. */
  @Override
  public void close() throws IOException {
    for (int i = 0; ; i++) {
      try {
        Files.delete(directory);
        return;
      } catch (IOException e) {
        if (i == 100) {
          throw e;
        }
        LockSupport.parkNanos(20_000_000);
      }
    }
  }
}
