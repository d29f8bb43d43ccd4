package io.bilgewatch.fanotify;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The armed containers, by all that an event may say of where it was. */
final class MarkedContainers {
  private final Map<String, MarkedContainer> byId = new HashMap<>();
  private final Map<Long, MarkedContainer> byMount = new HashMap<>();
  private final Map<Long, MarkedContainer> byDevice = new HashMap<>();

  Optional<MarkedContainer> byId(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  Optional<MarkedContainer> byDevice(long device) {
    return Optional.ofNullable(byDevice.get(device));
  }

  Optional<MarkedContainer> byMount(OptionalLong id) {
    return id.isPresent() ? Optional.ofNullable(byMount.get(id.getAsLong())) : Optional.empty();
  }

  Collection<MarkedContainer> all() {
    return byId.values();
  }

  /**
   * Numbers of devices and mounts are given to others as soon as they are free: the latest who has
   * one is right, and who had it before is told to look at everything.
   */
  void add(MarkedContainer container) {
    byId.put(container.id, container);
    displace(byDevice.put(container.device, container), container);
    if (container.mountId.isPresent()) {
      displace(byMount.put(container.mountId.getAsLong(), container), container);
    }
  }

  private static void displace(MarkedContainer former, MarkedContainer latest) {
    if (former != null && former != latest) {
      former.tellAll();
    }
  }

  /** Whether its overlay is nobody else's since. */
  boolean isLatest(MarkedContainer container) {
    return byDevice.get(container.device) == container
        && (container.mountId.isEmpty() || byMount.get(container.mountId.getAsLong()) == container);
  }

  /** Files of an overlay whose layers are on several file systems bear other devices than it. */
  void alias(long device, MarkedContainer container) {
    byDevice.putIfAbsent(device, container);
  }

  void remove(MarkedContainer container) {
    byId.remove(container.id, container);
    byMount.values().removeIf(other -> other == container);
    byDevice.values().removeIf(other -> other == container);
  }
}
