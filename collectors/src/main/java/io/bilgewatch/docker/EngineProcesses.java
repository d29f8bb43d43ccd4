package io.bilgewatch.docker;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The running Docker Engines whose paths are the host's paths.
 *
 * <p>A process chooses its own name and arguments, and a container or any user could lead us to a
 * data root of its own making. So one counts only if its real and effective user is root, and if it
 * sees the root directory that the host's first process sees.
 */
final class EngineProcesses {
  private static final String NAME = "dockerd";
  private static final int MAX_BYTES = 4 << 20;

  private final HostRoot root;

  EngineProcesses(HostRoot root) {
    this.root = root;
  }

  /** An engine that runs on the host. */
  record Engine(int pid, DockerdArguments arguments) {}

  /**
   * Reads the name of every process: for start-up and for the rare check, not for each second.
   *
   * @param problems is told of each that is left out, and why
   */
  List<Engine> find(Consumer<String> problems) {
    List<Engine> engines = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(root.proc(), "[0-9]*")) {
      for (Path process : processes) {
        engine(process, problems).ifPresent(engines::add);
      }
    } catch (IOException | DirectoryIteratorException e) {
      problems.accept("can't list processes: " + e.getMessage());
    }
    return engines;
  }

  private Optional<Engine> engine(Path process, Consumer<String> problems) {
    try {
      if (!text(process, "comm").strip().equals(NAME)) {
        return Optional.empty();
      }
    } catch (IOException _) {
      return Optional.empty();
    }
    String name = NAME + " (pid " + process.getFileName() + ")";
    try {
      Optional<String> reason = foreign(process);
      reason.ifPresent(why -> problems.accept(name + " is left out: " + why));
      return reason.isPresent() ? Optional.empty() : Optional.of(engine(process));
    } catch (IOException e) {
      problems.accept(name + " is left out: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static Engine engine(Path process) throws IOException {
    byte[] cmdline = KernelFile.read(process.resolve("cmdline"), MAX_BYTES);
    return new Engine(
        Integer.parseInt(process.getFileName().toString()), DockerdArguments.parse(cmdline));
  }

  /** Why its paths are not to be believed. */
  private Optional<String> foreign(Path process) throws IOException {
    String uids = user(text(process, "status"));
    if (!uids.startsWith("0\t0\t")) {
      return Optional.of("it does not run as root; name its data root in the configuration");
    }
    if (sameNamespace(process) || rootMount(process).equals(rootMount(root.process(1)))) {
      return Optional.empty();
    }
    return Optional.of(
        "it runs in a container or with another root directory, so its paths are not the host's;"
            + " name its data root in the configuration");
  }

  /** "Uid:" of proc_pid_status(5): real, effective, saved and file system user, by tabs. */
  private static String user(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith("Uid:\t"))
        .map(line -> line.substring("Uid:\t".length()))
        .findFirst()
        .orElse("");
  }

  private boolean sameNamespace(Path process) {
    try {
      Path own = Files.readSymbolicLink(process.resolve("ns/mnt"));
      return own.equals(Files.readSymbolicLink(root.process(1, "ns", "mnt")));
    } catch (IOException _) {
      // Without CAP_SYS_PTRACE the links can't be read; the mount tables can.
      return false;
    }
  }

  /** Device and root of what is mounted on / (proc_pid_mountinfo(5), fields 3 and 4). */
  private static String rootMount(Path process) throws IOException {
    return text(process, "mountinfo")
        .lines()
        .map(line -> line.split(" ", 6))
        .filter(fields -> fields.length > 5 && fields[4].equals("/"))
        .map(fields -> fields[2] + " " + fields[3])
        .reduce((_, last) -> last)
        .orElseThrow(() -> new IOException(process + "/mountinfo has no line for /"));
  }

  private static String text(Path process, String file) throws IOException {
    return new String(
        KernelFile.read(process.resolve(file), KernelFile.MAX_BYTES), StandardCharsets.UTF_8);
  }
}
