package io.bilgewatch.docker;

import io.bilgewatch.kernel.Reading;
import java.nio.file.Path;

/**
 * A container of one engine, from its state files.
 *
 * @param dataRoot the engine's data root, seen from here
 * @param directory the container's state directory, seen from here
 */
public record Container(
    ContainerState state, Reading<HostConfig> hostConfig, Path dataRoot, Path directory) {

  public String id() {
    return state.id();
  }

  public String name() {
    return state.name();
  }
}
