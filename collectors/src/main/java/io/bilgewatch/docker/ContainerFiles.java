package io.bilgewatch.docker;

import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The state directory of one container, with what was last read there. */
final class ContainerFiles {
  private final Path dataRoot;
  private final Path directory;
  private final StateFile<ContainerState> state;
  private final StateFile<HostConfig> hostConfig;
  private Optional<Container> container = Optional.empty();

  /** Both paths are seen from here. */
  ContainerFiles(Path dataRoot, Path directory, Clock clock) {
    this.dataRoot = dataRoot;
    this.directory = directory;
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

  /** Why the newest state is not known. */
  Optional<String> problem() {
    String problems =
        Stream.of(state.problem(), hostConfig.problem())
            .flatMap(Optional::stream)
            .collect(Collectors.joining("; "));
    return problems.isEmpty() ? Optional.empty() : Optional.of(problems);
  }

  void refresh() {
    boolean stateChanged = state.refresh();
    boolean hostConfigChanged = hostConfig.refresh();
    if (!stateChanged && !hostConfigChanged) {
      return;
    }
    Reading<HostConfig> host = hostConfig.reading();
    container =
        state.reading().optional().map(read -> new Container(read, host, dataRoot, directory));
  }
}
