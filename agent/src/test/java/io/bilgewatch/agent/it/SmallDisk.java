package io.bilgewatch.agent.it;

import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Docker Engine of its own on a small ext4 in a file, which can be filled to the last byte. */
final class SmallDisk implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final String IMAGE = "bilgewatch-test:1";

  private final Path file;
  private final Path mountPoint;
  private final String engine;

  private SmallDisk(Path file, Path mountPoint, String engine) {
    this.file = file;
    this.mountPoint = mountPoint;
    this.engine = engine;
  }

  static SmallDisk make(int mebibytes) throws IOException {
    Path parent = Path.of("/var/tmp");
    Path file = Files.createTempFile(parent, "bilgewatch-disk-", ".ext4");
    Path mountPoint = Files.createTempDirectory(parent, "bw-");
    sh("truncate", "--size=" + mebibytes + "M", file.toString());
    sh("mkfs.ext4", "-q", "-m", "0", file.toString());
    sh("mount", "-o", "loop", file.toString(), mountPoint.toString());
    String engine = script(mountPoint, "start").text();
    script(mountPoint, "image", engine, IMAGE);
    return new SmallDisk(file, mountPoint, engine);
  }

  private static Shell.Output sh(String... command) {
    return Shell.run(TIMEOUT, Map.of(), List.of(command)).orFail();
  }

  private static Shell.Output script(Path mountPoint, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add("bash");
    command.add(System.getProperty("bilgewatch.root") + "/packaging/lib/engine.sh");
    command.addAll(List.of(arguments));
    Map<String, String> environment =
        Map.of(
            "ENGINE_OWNER_PID", Long.toString(ProcessHandle.current().pid()),
            "TMPDIR", mountPoint.toString());
    return Shell.run(TIMEOUT, environment, command).orFail();
  }

  Path dataRoot() {
    return Path.of(engine, "data");
  }

  Path mountPoint() {
    return mountPoint;
  }

  /** Starts a container without network. */
  void run(String name, String line) {
    run(name, List.of(), line);
  }

  void run(String name, List<String> options, String line) {
    List<String> command = new ArrayList<>(List.of("run", "--detach", "--network=none"));
    command.addAll(options);
    command.addAll(List.of("--name", name, IMAGE, "sh", "-c", line));
    docker(command.toArray(String[]::new));
  }

  String docker(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    Map<String, String> environment = Map.of("DOCKER_HOST", "unix://" + engine + "/docker.sock");
    return Shell.run(TIMEOUT, environment, command).orFail().text();
  }

  long availableBytes() {
    try {
      return Files.getFileStore(mountPoint).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    script(mountPoint, "stop", engine);
    sh("umount", mountPoint.toString());
    Files.delete(mountPoint);
    Files.delete(file);
  }
}
