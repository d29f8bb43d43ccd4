package io.bilgewatch.agent.view;

import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.overlay.Shortfall;
import io.bilgewatch.writes.WrittenPlace;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a container wrote to its layer.
 *
 * @param places by path
 * @param shortfall why it is not all; empty where it is
 */
public record WrittenLayer(
    List<WrittenPlace> places, LayerUsage usage, Optional<Shortfall> shortfall) {
  /** Why new files and changed ones are not told apart, where {@code usage} has no changes. */
  public static final String CHANGES_NOT_KNOWN =
      "new files can't be told from changed ones without CAP_SYS_ADMIN or the image's layers";

  public WrittenLayer {
    places = List.copyOf(places);
  }

  /** With those places only that were written to since. */
  public WrittenLayer since(Instant time) {
    return new WrittenLayer(
        places.stream().filter(place -> !place.changes().lastChange().isBefore(time)).toList(),
        usage,
        shortfall);
  }
}
