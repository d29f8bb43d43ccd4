package io.bilgewatch.descriptor;

import static org.junit.jupiter.api.Assertions.fail;

import io.bilgewatch.testing.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process whose root is an overlay on disk, with a tmpfs on {@code /tmp}; it runs a script of
 * sh(1) and sleeps then. Its number and those of what it started are in {@code cgroup/cgroup.procs}
 * below the directory, as the kernel would have them there.
 */
final class OverlayRoot {
  private static final String SETUP =
      """
      set -e
      cd "$DIRECTORY"
      mkdir -p lower/proc lower/tmp lower/dev upper work root cgroup
      head -c 500000 /dev/zero > lower/from-the-image
      for d in bin sbin lib lib64 usr; do
        if [ -L /$d ]; then ln -s "$(readlink /$d)" lower/$d; elif [ -d /$d ]; then mkdir lower/$d; fi
      done
      mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay root
      for d in bin sbin lib lib64 usr; do
        if [ -d /$d ] && [ ! -L /$d ]; then mount --bind /$d root/$d; fi
      done
      mount -t tmpfs tmpfs root/tmp
      mount -t proc proc root/proc
      mount --bind /dev root/dev
      exec chroot root sh -c "started() { :; }; cd /; $SCRIPT; touch /done; exec sleep 600"
      """;

  private final Path directory;
  private final Process process;

  private OverlayRoot(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
  }

  static OverlayRoot start(Path directory, String script) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("unshare", "-m", "--propagation", "private", "sh", "-c", SETUP)
            .redirectErrorStream(true);
    builder.environment().put("DIRECTORY", directory.toString());
    builder.environment().put("SCRIPT", script);
    Process process = builder.start();
    process.getOutputStream().close();
    OverlayRoot root = new OverlayRoot(directory, process);
    for (int i = 0; i < 3000 && process.isAlive(); i++) {
      if (root.sleeps() && Files.exists(directory.resolve("upper/done"))) {
        root.writeMembers();
        return root;
      }
      Thread.sleep(10);
    }
    process.destroyForcibly().onExit().join();
    return fail(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  private boolean sleeps() throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(process.pid()), "comm"))
        .equals("sleep\n");
  }

  private void writeMembers() throws IOException {
    String members =
        Stream.concat(Stream.of(process.toHandle()), process.descendants())
            .map(handle -> handle.pid() + "\n")
            .collect(Collectors.joining());
    Files.writeString(directory.resolve("cgroup/cgroup.procs"), members);
  }

  int pid() {
    return (int) process.pid();
  }

  /** Their mounts end with them. */
  void end() throws IOException, InterruptedException {
    var all = Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
    for (ProcessHandle handle : all) {
      handle.onExit().join();
    }
    // The JDK does not remove what lies deeper than a path may be long.
    Shell.run("rm", "-rf", directory.resolve("upper").toString());
  }
}
