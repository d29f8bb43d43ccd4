package io.bilgewatch.docker;

import io.bilgewatch.kernel.Reading;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * All containers of all watched data roots, by name, and what could not be read.
 *
 * @param containers those whose state file could be read now or, where the newest version could
 *     not, before
 * @param roots for each data root (as the host names it) the number of its containers, or why it
 *     could not be listed
 * @param unread container id to the reason its state is not known or not up to date
 */
public record Inventory(
    List<Container> containers, Map<Path, Reading<Integer>> roots, Map<String, String> unread) {

  public static final Inventory EMPTY = new Inventory(List.of(), Map.of(), Map.of());

  public Inventory {
    containers = List.copyOf(containers);
    roots = Map.copyOf(roots);
    unread = Map.copyOf(unread);
  }
}
