package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.Inventory;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Present;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Tells what must be published at once from what can wait for the next time that everything is.
 * News is another inventory, process or tmpfs, memory that moved by much (a memory cgroup hardly
 * ever stands still to the page), and a collector that goes otherwise than it went.
 */
final class News {
  private static final long MUCH_BYTES = 1 << 20;

  /** Of a small limit, this part is much. */
  private static final int PART = 64;

  private final Optional<Seen> told;

  /** What was read, by container id. */
  record Seen(
      Inventory inventory,
      Map<String, Reading<ProcessFacts>> processes,
      Map<String, Reading<List<Reading<TmpfsUsage>>>> tmpfs,
      Map<String, Reading<MemoryUsage>> memory) {}

  private News(Optional<Seen> told) {
    this.told = told;
  }

  /** Everything is news then. */
  static final News NOTHING_TOLD = new News(Optional.empty());

  /** That these were told. */
  static News told(Seen seen) {
    return new News(Optional.of(seen));
  }

  /** Whether there is news in these; what is the same when it is read anew is the same object. */
  @SuppressWarnings("ReferenceEquality")
  boolean isIn(Seen now) {
    if (told.isEmpty()) {
      return true;
    }
    Seen before = told.get();
    return now.inventory() != before.inventory()
        || now.processes() != before.processes()
        || now.tmpfs() != before.tmpfs()
        || now.memory().size() != before.memory().size()
        || (now.memory() != before.memory() && isMoved(before.memory(), now.memory()));
  }

  /** Whether one of the same collectors has another outcome. */
  static boolean isTurned(List<CollectorStatus> before, List<CollectorStatus> now) {
    if (before.size() != now.size()) {
      return true;
    }
    for (int i = 0; i < now.size(); i++) {
      if (before.get(i).outcome() != now.get(i).outcome()) {
        return true;
      }
    }
    return false;
  }

  private static boolean isMoved(
      Map<String, Reading<MemoryUsage>> before, Map<String, Reading<MemoryUsage>> now) {
    for (Map.Entry<String, Reading<MemoryUsage>> one : now.entrySet()) {
      if (isMoved(before.get(one.getKey()), one.getValue())) {
        return true;
      }
    }
    return false;
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean isMoved(Reading<MemoryUsage> before, Reading<MemoryUsage> now) {
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
