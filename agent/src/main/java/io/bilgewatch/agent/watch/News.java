package io.bilgewatch.agent.watch;

import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Present;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Tells what must be published at once from what can wait for the next time that everything is.
 * News is another inventory, process or tmpfs, and memory that moved by much; a memory cgroup
 * hardly ever stands still to the page.
 */
final class News {
  private static final long MUCH_BYTES = 1 << 20;

  /** Of a small limit, this part is much. */
  private static final int PART = 64;

  private final Seen told;

  /** What was read, by container id. */
  private record Seen(
      Object inventory,
      Map<String, Reading<ProcessFacts>> processes,
      Map<String, ?> tmpfs,
      Map<String, Reading<MemoryUsage>> memory) {}

  private News(Seen told) {
    this.told = told;
  }

  static final News NOTHING_TOLD = new News(new Seen("", Map.of(), Map.of(), Map.of()));

  /** That these were told. */
  static News told(Readings readings) {
    return new News(seen(readings));
  }

  private static Seen seen(Readings readings) {
    return new Seen(
        readings.inventory(), readings.processes(), readings.tmpfs(), readings.memory());
  }

  /** Whether there is news in these; what is the same when it is read anew is the same object. */
  @SuppressWarnings("ReferenceEquality")
  boolean isIn(Readings readings) {
    Seen now = seen(readings);
    return now.inventory() != told.inventory()
        || now.processes() != told.processes()
        || now.tmpfs() != told.tmpfs()
        || now.memory().size() != told.memory().size()
        || now.memory().entrySet().stream().anyMatch(this::isMoved);
  }

  @SuppressWarnings("ReferenceEquality")
  private boolean isMoved(Map.Entry<String, Reading<MemoryUsage>> one) {
    Reading<MemoryUsage> before = told.memory().get(one.getKey());
    Reading<MemoryUsage> now = one.getValue();
    if (before == now) {
      return false;
    }
    if (before instanceof Present<MemoryUsage>(MemoryUsage old)
        && now instanceof Present<MemoryUsage>(MemoryUsage newer)) {
      return isMoved(old, newer);
    }
    return before == null || !before.equals(now);
  }

  private static boolean isMoved(MemoryUsage old, MemoryUsage newer) {
    long much =
        newer.limit() instanceof Limit.Bytes(long bytes)
            ? Math.min(MUCH_BYTES, bytes / PART)
            : MUCH_BYTES;
    return !old.limit().equals(newer.limit())
        || !old.oomKills().equals(newer.oomKills())
        || isMoved(old.unreclaimableBytes(), newer.unreclaimableBytes(), much)
        || isMoved(old.headroomBytes(), newer.headroomBytes(), much);
  }

  private static boolean isMoved(OptionalLong old, OptionalLong newer, long much) {
    if (old.isPresent() != newer.isPresent()) {
      return true;
    }
    return old.isPresent() && Math.abs(newer.getAsLong() - old.getAsLong()) >= much;
  }
}
