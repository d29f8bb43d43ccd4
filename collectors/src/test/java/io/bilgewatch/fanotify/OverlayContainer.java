package io.bilgewatch.fanotify;

import io.bilgewatch.process.TestContainer;
import io.bilgewatch.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What an engine makes of a container, as far as writes see it: a real overlay that is the root of
 * a mount namespace, and a process in it and in a control group of the container's name.
 */
final class OverlayContainer implements AutoCloseable {
  private static final String SCRIPT =
      """
      set -e
      cd DIRECTORY
      exec unshare -m --propagation private busybox sh -ec '
        mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged
        cd merged
        mount --bind /proc proc
        mount -t tmpfs dev dev
        mknod dev/null c 1 3
        mknod dev/zero c 1 5
        pivot_root . old
        exec chroot . /bin/busybox sh -ec "umount -l /old; echo ready; exec sleep 600"
      '
      """;

  private static final List<String> APPLETS =
      List.of(
          "cat", "cp", "dd", "mkdir", "mkfifo", "mount", "mv", "rm", "sed", "seq", "sh", "sleep",
          "touch", "unshare", "usleep", "xargs");

  final String id;
  private final Path directory;
  private final TestContainer group;
  private Process process;

  /**
   * @param directory an empty one, on a file system that can carry an upperdir
   * @param digit of which the id is made
   */
  OverlayContainer(Path directory, char digit) throws IOException, InterruptedException {
    this.id = String.valueOf(digit).repeat(64);
    this.directory = directory;
    Shell.run(
        "sh",
        "-ec",
        """
        cd %s
        mkdir upper work merged lower lower/bin lower/proc lower/etc lower/tmp lower/old lower/dev
        cp -L "$(command -v busybox)" lower/bin/busybox
        echo image > lower/etc/motd
        """
            .formatted(directory));
    for (String applet : APPLETS) {
      Files.createSymbolicLink(directory.resolve("lower/bin/" + applet), Path.of("busybox"));
    }
    group = TestContainer.create(id);
    start();
  }

  void start() throws IOException {
    process = group.start(SCRIPT.replace("DIRECTORY", directory.toString()));
    String said = process.inputReader().readLine();
    if (!"ready".equals(said)) {
      stop();
      throw new IOException("no container: " + said);
    }
  }

  int pid() {
    return (int) process.pid();
  }

  /** A file of it as this process can name it. */
  Path path(String inside) {
    return Path.of("/proc/" + pid() + "/root" + inside);
  }

  /** Runs a line of shell in it. */
  String run(String line) throws IOException, InterruptedException {
    return Shell.run(entered("busybox", "sh", "-ec", "export PATH=/bin; cd /; " + line));
  }

  /** As {@link #run}, for what goes on; the caller ends it. */
  Process begin(String line) throws IOException {
    return new ProcessBuilder(
            entered("busybox", "sh", "-ec", "export PATH=/bin; cd /; exec " + line))
        .redirectErrorStream(true)
        .start();
  }

  private String[] entered(String... command) {
    String[] enter = {"nsenter", "-t", Integer.toString(pid()), "-m", "-r", "-w"};
    String[] all = Arrays.copyOf(enter, enter.length + command.length);
    System.arraycopy(command, 0, all, enter.length, command.length);
    return all;
  }

  void stop() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() throws IOException {
    stop();
    group.close();
  }
}
