package io.bilgewatch.agent.proposal;

import io.bilgewatch.agent.proposal.Remark.Kind;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Gives each tmpfs a size, so that all of them together, when they are full, are far from the
 * memory limit: more than what was seen where there is room, and a volume instead where there is
 * none.
 */
final class TmpfsRoom {
  /** What was seen is not the most that there will be. */
  private static final int MUCH = 4;

  private static final int SOME = 2;
  private static final int LITTLE = 1;

  /** Of what is left of the memory, in quarters: the program wants some of it as well. */
  private static final int QUARTERS = 3;

  /** More than any memory has, and less than what overflows a sum. */
  private static final double MOST = 0x1p50;

  private static final long UNSEEN = 16 * Needed.MIB;
  private static final KernelPath ROOT = KernelPath.of("/");
  private static final KernelPath DEVICES = KernelPath.of("/dev");

  private final Seen seen;

  TmpfsRoom(Seen seen) {
    this.seen = seen;
  }

  /** Mounts that have no size, and should. */
  List<Needed> unbounded() {
    return seen.tmpfs().stream()
        .filter(TmpfsRoom::isUnbounded)
        .map(usage -> {
          Needed needed = new Needed(usage.mountPoint(), Mount.Kind.TMPFS, true);
          boolean executable =
              seen.mounted().stream()
                  .filter(mount -> mount.path().equals(usage.mountPoint()))
                  .map(WritableMount::options)
                  .noneMatch(options -> options.contains("noexec"));
          needed.add(usage.usedBytes().orElse(0), UNSEEN, executable, "a tmpfs without a size");
          needed.isInMemory();
          return needed;
        })
        .toList();
  }

  /** Where even what is in one is not known, no size can be relied on. */
  List<Remark> uncounted() {
    return seen.tmpfs().stream()
        .filter(usage -> isUnbounded(usage) && usage.usedBytes().isEmpty())
        .map(usage ->
            new Remark(
                usage.mountPoint(),
                Kind.UNKNOWN,
                "a tmpfs without a size, and the kernel does not count what is in it (size=0)"))
        .toList();
  }

  private static boolean isUnbounded(TmpfsUsage usage) {
    return usage.isFillable() && !usage.bounded() && !isDevice(usage);
  }

  /** Those that every container has: Docker makes them, and no proposal needs them. */
  private static boolean isDevice(TmpfsUsage usage) {
    return usage.mountPoint().isAtOrBelow(DEVICES);
  }

  private void noteDevices(long headroom, List<Remark> remarks) {
    double room =
        seen.tmpfs().stream().filter(TmpfsRoom::isDevice).mapToDouble(TmpfsUsage::roomBytes).sum();
    if (room >= headroom / 4.0 * QUARTERS) {
      remarks.add(
          new Remark(
              DEVICES,
              Kind.NOTE,
              "what Docker itself mounts there may fill the %d MiB that memory has left: --shm-size bounds /dev/shm"
                  .formatted(headroom / Needed.MIB)));
    }
  }

  /** The mounts, and for each that memory has no room for a remark. */
  List<Mount> fit(List<Needed> needed, List<Remark> remarks) {
    if (seen.headroom().isEmpty()) {
      if (needed.stream().anyMatch(one -> one.kind() == Mount.Kind.TMPFS)) {
        remarks.add(
            new Remark(
                ROOT,
                Kind.NOTE,
                "how much memory it has is not known: hold the sizes against its limit"));
      }
      return mounts(needed, SOME);
    }
    noteDevices(seen.headroom().getAsLong(), remarks);
    long room = Math.max(0, seen.headroom().getAsLong() / 4 * QUARTERS - room(seen.tmpfs()));
    if (sum(needed, MUCH) <= room) {
      return mounts(needed, MUCH);
    }
    for (Optional<Needed> largest = largest(needed);
        sum(needed, LITTLE) > room && largest.isPresent();
        largest = largest(needed)) {
      remarks.add(tooLarge(largest.get(), seen.headroom().getAsLong()));
      largest.get().becomeVolume();
    }
    return mounts(needed, sum(needed, SOME) <= room ? SOME : LITTLE);
  }

  private static long room(List<TmpfsUsage> bounded) {
    return bounded.stream()
        .filter(usage -> usage.isFillable() && !isUnbounded(usage) && !isDevice(usage))
        .mapToLong(usage -> (long) Math.min(MOST, usage.roomBytes()))
        .sum();
  }

  private static Remark tooLarge(Needed needed, long headroom) {
    return new Remark(
        needed.path,
        Kind.NOTE,
        "a tmpfs for it has no room in the %d MiB that memory has left, so it is a volume: clear it at the start, or give more memory"
            .formatted(headroom / Needed.MIB));
  }

  private static Optional<Needed> largest(List<Needed> needed) {
    return needed.stream()
        .filter(one -> one.kind() == Mount.Kind.TMPFS)
        .max(Comparator.comparingLong(one -> one.room(LITTLE)));
  }

  private static long sum(List<Needed> needed, int times) {
    return needed.stream()
        .filter(one -> one.kind() == Mount.Kind.TMPFS)
        .mapToLong(one -> one.room(times))
        .sum();
  }

  private List<Mount> mounts(List<Needed> needed, int times) {
    return needed.stream().map(one -> one.mount(times, seen.owner().apply(one.path))).toList();
  }
}
