package io.bilgewatch.agent.top;

import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How fast each container's layer and its tmpfs mounts grew in the last minute, by what was read
 * since the program began.
 */
final class Rates {
  private static final Duration WINDOW = Duration.ofSeconds(60);
  private static final double NANOS = 1e9;

  /** As many as a window has at the fastest rhythm, and some. */
  private static final int MOST = 128;

  private Map<String, Known> known = new HashMap<>();

  /** In bytes per second; empty where it was read only once, or is not there. */
  record Of(OptionalDouble layer, OptionalDouble tmpfs) {
    static final Of UNKNOWN = new Of(OptionalDouble.empty(), OptionalDouble.empty());

    /** The one that moves more. */
    OptionalDouble faster() {
      return isTmpfsFaster() || layer.isEmpty() ? tmpfs : layer;
    }

    boolean isTmpfsFaster() {
      return Math.abs(tmpfs.orElse(0)) > Math.abs(layer.orElse(0));
    }
  }

  private record Point(Instant at, long bytes) {}

  private record Known(Deque<Point> layer, Deque<Point> tmpfs) {}

  /** Takes a view's figures; what was known of containers that are gone is forgotten. */
  void take(HostView view) {
    Map<String, Known> now = HashMap.newHashMap(view.containers().size());
    for (ContainerView container : view.containers()) {
      Known one =
          known.getOrDefault(container.id(), new Known(new ArrayDeque<>(), new ArrayDeque<>()));
      container
          .layer()
          .optional()
          .ifPresent(layer -> add(one.layer(), layer.measuredAt(), layer.allocatedBytes()));
      // They are gone with the process that had them.
      container
          .tmpfsSpace()
          .optional()
          .ifPresentOrElse(space -> add(one.tmpfs(), view.at(), space.used()), one.tmpfs()::clear);
      now.put(container.id(), one);
    }
    known = now;
  }

  private static void add(Deque<Point> points, Instant at, long bytes) {
    if (!points.isEmpty() && !at.isAfter(points.getLast().at())) {
      return;
    }
    points.addLast(new Point(at, bytes));
    // One that is measured more seldom than the window is long keeps its last two points.
    while (points.size() > 2
        && (points.size() > MOST || points.getFirst().at().isBefore(at.minus(WINDOW)))) {
      points.removeFirst();
    }
  }

  Of of(String containerId) {
    Known one = known.get(containerId);
    return one == null ? Of.UNKNOWN : new Of(rate(one.layer()), rate(one.tmpfs()));
  }

  private static OptionalDouble rate(Deque<Point> points) {
    if (points.size() < 2) {
      return OptionalDouble.empty();
    }
    Point first = points.getFirst();
    Point last = points.getLast();
    double seconds = Duration.between(first.at(), last.at()).toNanos() / NANOS;
    return OptionalDouble.of((last.bytes() - first.bytes()) / seconds);
  }
}
