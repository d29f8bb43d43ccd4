package io.bilgewatch.testing;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A process with a mount namespace and a root of its own, as a container's: what a script mounts
 * below {@code $ROOT}, it sees below {@code /}. Ends with its scope, and its mounts with it.
 */
public final class Sandbox implements AutoCloseable {
  private static final String SCRIPT =
      """
      set -e
      mkdir -p "$ROOT"
      mount -t tmpfs -o size=4m root "$ROOT"
      mkdir -p "$ROOT/proc"
      for d in bin sbin lib lib64 usr; do
        if [ -L /$d ]; then ln -s "$(readlink /$d)" "$ROOT/$d"
        elif [ -d /$d ]; then mkdir "$ROOT/$d"; mount --bind /$d "$ROOT/$d"; fi
      done
      eval "$MOUNTS"
      exec chroot "$ROOT" sleep 600
      """;

  private final Process process;

  private Sandbox(Process process) {
    this.process = process;
  }

  /**
   * @param directory an empty one for the root's mount point
   * @param script of sh(1), run before the root changes
   */
  public static Sandbox start(Path directory, String script)
      throws IOException, InterruptedException {
    List<String> command = List.of("unshare", "-m", "--propagation", "private", "sh", "-c", SCRIPT);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ROOT", directory.toString());
    builder.environment().put("MOUNTS", script);
    Process process = builder.start();
    process.getOutputStream().close();
    Sandbox sandbox = new Sandbox(process);
    Path name = Path.of("/proc", Long.toString(process.pid()), "comm");
    for (int i = 0; i < 3000 && process.isAlive(); i++) {
      if (Files.readString(name).equals("sleep\n")) {
        return sandbox;
      }
      Thread.sleep(10);
    }
    sandbox.close();
    return fail(
        "no sandbox: "
            + new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  public int pid() {
    return (int) process.pid();
  }

  /** Runs a command in the sandbox. */
  public String run(String... command) throws IOException, InterruptedException {
    String[] entered = {"nsenter", "-t", Integer.toString(pid()), "-m", "-r", "-w"};
    String[] all = Arrays.copyOf(entered, entered.length + command.length);
    System.arraycopy(command, 0, all, entered.length, command.length);
    return Shell.run(all);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
