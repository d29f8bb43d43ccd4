package io.bilgewatch.agent.event;

import io.bilgewatch.docker.Container;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The names of containers, those that have gone not long ago included: an event may be read after
 * its container was removed. Not for several threads.
 */
public final class ContainerNames {
  private static final int MOST_GONE = 1_024;

  private final Map<String, String> names = new LinkedHashMap<>();
  private Collection<Container> last = List.of();

  /** Takes in the newest inventory, which is the same object as long as nothing changed. */
  @SuppressWarnings("ReferenceEquality") // Whether two that are not the same are equal is dear.
  public void learn(Collection<Container> containers) {
    if (containers == last) {
      return;
    }
    last = containers;
    for (Container container : containers) {
      // To the end: the first are those that have gone longest.
      names.remove(container.id());
      names.put(container.id(), container.name());
    }
    var oldest = names.entrySet().iterator();
    for (int gone = names.size() - containers.size() - MOST_GONE; gone > 0; gone--) {
      oldest.next();
      oldest.remove();
    }
  }

  public Optional<String> of(String id) {
    return Optional.ofNullable(names.get(id));
  }
}
