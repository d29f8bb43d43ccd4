package io.bilgewatch.docker;

import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.Statx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The state directory of one container, with what was last read there. */
final class ContainerFiles {
  /** Docker writes or removes all files of a container within milliseconds. */
  private static final Duration AT_WORK = Duration.ofSeconds(3);

  private final Path dataRoot;
  private final Path directory;
  private final Clock clock;
  private final StateFile<ContainerState> state;
  private final StateFile<HostConfig> hostConfig;
  private Optional<Container> container = Optional.empty();

  /** Both paths are seen from here. */
  ContainerFiles(Path dataRoot, Path directory, Clock clock) {
    this.dataRoot = dataRoot;
    this.directory = directory;
    this.clock = clock;
    this.state = new StateFile<>(in(directory, StateFiles.CONFIG), this::parse, clock);
    this.hostConfig =
        new StateFile<>(in(directory, StateFiles.HOST_CONFIG), DockerJson::hostConfig, clock);
  }

  private static List<Path> in(Path directory, List<String> names) {
    return names.stream().map(directory::resolve).toList();
  }

  private ContainerState parse(String source, byte[] content) throws Malformed {
    ContainerState parsed = DockerJson.containerState(source, content);
    if (!parsed.id().equals(id())) {
      throw new Malformed(source, 0, "the state of the container " + id(), new byte[0]);
    }
    return parsed;
  }

  String id() {
    return directory.getFileName().toString();
  }

  Path dataRoot() {
    return dataRoot;
  }

  /** The container by its last good state; empty while there was none. */
  Optional<Container> container() {
    return container;
  }

  /** Why the newest state is not known; no problem while the engine is still at it. */
  Optional<String> problem() {
    if ((state.isAbsent() || hostConfig.isAbsent()) && isBeingMadeOrRemoved()) {
      return Optional.empty();
    }
    String problems =
        Stream.of(state.problem(), hostConfig.problem())
            .flatMap(Optional::stream)
            .collect(Collectors.joining("; "));
    return problems.isEmpty() ? Optional.empty() : Optional.of(problems);
  }

  /** Making a directory's files and removing them changes its time. */
  private boolean isBeingMadeOrRemoved() {
    try {
      Instant changed = StateFiles.attributes(directory).lastModifiedTime().toInstant();
      return Duration.between(changed, clock.instant()).abs().compareTo(AT_WORK) < 0;
    } catch (IOException _) {
      // Gone, or unreadable as a whole, which the inventory says itself.
      return true;
    }
  }

  /**
   * @param statx a buffer for its looks
   */
  void refresh(Statx statx) {
    boolean stateChanged = state.refresh(statx);
    boolean hostConfigChanged = hostConfig.refresh(statx);
    if (!stateChanged && !hostConfigChanged) {
      return;
    }
    Reading<HostConfig> host = hostConfig.reading();
    container =
        state.reading().optional().map(read -> new Container(read, host, dataRoot, directory));
  }
}
