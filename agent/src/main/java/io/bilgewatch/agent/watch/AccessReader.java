package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.docker.ContainerState;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Remembered;
import io.bilgewatch.libc.SmallFile;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.process.Access;
import io.bilgewatch.process.ProcessPosture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether a container's user may write where it is meant to: its volumes and its $HOME. */
final class AccessReader implements AutoCloseable {
  /** Two such questions together take less than who waits for the answers has of it. */
  private static final Duration PATIENCE = Collectors.PATIENCE.dividedBy(3);

  /** Homes by which distributions say that there is none. */
  private static final Set<String> NO_HOME = Set.of("", "/", "/nonexistent", "/dev/null");

  private static final Reading<Boolean> NO_VOLUME = Reading.notApplicable("no writable volume");

  private final HostRoot host;

  /** A mount may be dead: then this answer is missing, and nothing else of the container. */
  private final PatientWorker<Question> worker =
      new PatientWorker<>("the look at a volume", PATIENCE);

  private record Question(int pid, List<KernelPath> paths) {}

  AccessReader(HostRoot host) {
    this.host = host;
  }

  /** Not applicable where the container has no writable volume or bind that Docker declares. */
  Reading<Boolean> volumes(
      ContainerState state, int pid, Reading<MountTable> mounts, Reading<ProcessPosture> posture) {
    if (state.mountPoints().isEmpty() && mounts.isPresent() && posture.isPresent()) {
      return NO_VOLUME;
    }
    return with(
        mounts,
        posture,
        (table, who) -> {
          List<KernelPath> declared =
              WritableMounts.of(table, state).stream()
                  .filter(mount -> mount.kind() != WritableMount.Kind.TMPFS)
                  .map(WritableMount::path)
                  .filter(path -> isDeclared(state, path))
                  .toList();
          if (declared.isEmpty()) {
            return NO_VOLUME;
          }
          return mayWriteAll(new Question(pid, declared), who);
        });
  }

  private static boolean isDeclared(ContainerState state, KernelPath path) {
    return state.mountPoints().stream()
        .anyMatch(point -> KernelPath.of(point.destination()).equals(path));
  }

  /** True also where there is no home to write to. */
  Reading<Boolean> home(
      int pid,
      Reading<MountTable> mounts,
      Reading<ProcessPosture> posture,
      SmallFile file,
      Remembered<String> before) {
    return with(mounts, posture, (table, who) -> home(pid, table, who, file, before));
  }

  private Reading<Boolean> home(
      int pid, MountTable table, ProcessPosture who, SmallFile file, Remembered<String> before) {
    try {
      KernelPath environment = KernelPath.of(host.process(pid, "environ").toString());
      String home = before.of(file.readToEnd(environment), AccessReader::home);
      if (NO_HOME.contains(home) || !home.startsWith("/")) {
        return Reading.of(true);
      }
      KernelPath path = KernelPath.of(home.getBytes(StandardCharsets.ISO_8859_1));
      Optional<Mount> mount = table.containing(path);
      if (mount.map(Mount::readOnly).orElse(false)) {
        return Access.exists(host, pid, path).map(exists -> !exists);
      }
      return mount.map(one -> one.isOverlay() || one.isTmpfs()).orElse(true)
          ? Access.mayWriteAll(host, pid, who, List.of(path))
          : mayWriteAll(new Question(pid, List.of(path)), who);
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }

  private Reading<Boolean> mayWriteAll(Question question, ProcessPosture who) {
    return worker
        .readAll(List.of(question), one -> Access.mayWriteAll(host, one.pid(), who, one.paths()))
        .get(question);
  }

  @Override
  public void close() {
    worker.close();
  }

  /** The first HOME of an environment as execve(2) laid it down: entries that end in NUL. */
  static String home(byte[] environment) {
    for (String entry : new String(environment, StandardCharsets.ISO_8859_1).split("\0", -1)) {
      if (entry.startsWith("HOME=")) {
        return entry.substring("HOME=".length());
      }
    }
    return "";
  }

  private interface Ask {
    Reading<Boolean> ask(MountTable table, ProcessPosture posture);
  }

  private static Reading<Boolean> with(
      Reading<MountTable> mounts, Reading<ProcessPosture> posture, Ask question) {
    return switch (mounts) {
      case Reading.Missing<MountTable> missing -> missing.as();
      case Reading.Present<MountTable>(MountTable table) ->
          switch (posture) {
            case Reading.Missing<ProcessPosture> missing -> missing.as();
            case Reading.Present<ProcessPosture>(ProcessPosture who) -> question.ask(table, who);
          };
    };
  }
}
