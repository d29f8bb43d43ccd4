package io.bilgewatch.agent.outlook;

import io.bilgewatch.agent.history.SeriesKey;
import io.bilgewatch.kernel.KernelPath;
import java.util.HashMap;
import java.util.Map;

/** The histories of one container by their keys, and what each was fed with last. */
final class ContainerSeries {
  private final String containerId;
  private final Slot layer;
  private final Slot headroom;
  private final Map<KernelPath, Slot> tmpfs = new HashMap<>();

  /** One history's key. */
  static final class Slot {
    private final SeriesKey key;
    private Object fedWith;
    private long round;

    Slot(SeriesKey key) {
      this.key = key;
    }

    SeriesKey key() {
      return key;
    }

    /** Whether it was fed with this very object in the round before. */
    @SuppressWarnings("ReferenceEquality")
    boolean isFedWith(Object reading, long now) {
      return fedWith == reading && round == now - 1;
    }

    void fedWith(Object reading, long now) {
      fedWith = reading;
      round = now;
    }
  }

  ContainerSeries(String containerId) {
    this.containerId = containerId;
    this.layer = new Slot(SeriesKey.layer(containerId));
    this.headroom = new Slot(SeriesKey.headroom(containerId));
  }

  Slot layer() {
    return layer;
  }

  Slot headroom() {
    return headroom;
  }

  Slot tmpfs(KernelPath mountPoint) {
    Slot known = tmpfs.get(mountPoint);
    if (known == null) {
      known = new Slot(SeriesKey.tmpfs(containerId, mountPoint));
      tmpfs.put(mountPoint, known);
    }
    return known;
  }

  /** Keeps no more than so many: a container can mount at ever new places. */
  void bound(int most, long now) {
    if (tmpfs.size() > most) {
      tmpfs.values().removeIf(slot -> slot.round != now);
    }
  }
}
