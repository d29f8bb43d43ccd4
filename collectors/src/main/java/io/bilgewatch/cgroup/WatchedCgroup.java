package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * One memory cgroup, looked at again and again. Each look reads what is charged, and what is above
 * the cgroup; what that is made of and the limit are read again where it moved, where the caller
 * knows of something new, and every {@link #LONGEST} at least. Where all is what it was, the answer
 * is the very same object. Not for several threads at once.
 *
 * <p>What is charged tells of nearly every change: the kernel takes it in pieces of 64 pages for
 * each CPU, and what is below that stays unseen for as long. As little says what is charged where
 * the kernel takes some pages of a cache back: one that moved by less than a 64th stands still.
 * Near the limit it tells nothing, since it stays there while caches give way to what can't be
 * given back: there all is read each time.
 */
public final class WatchedCgroup {
  /** As long as what is charged stands still, all the rest is not read again. */
  public static final Duration LONGEST = Duration.ofSeconds(20);

  /** How long one that stands still need not be looked at. */
  public static final Duration REST = Duration.ofSeconds(10);

  /** Of about the same charge, until it stands still. */
  private static final int STILL_LOOKS = 5;

  /** What moved by less than this part of what was charged when all was read stands still. */
  private static final int STILL = 64;

  /** From this part of a limit on, usage that stays the same says nothing. */
  private static final int NEAR = 8;

  private final MemoryCgroup cgroup;
  private final MemoryFiles files;
  private final KernelPath usageFile;
  private Own own;
  private long charged;
  private Level above = Level.UNLIMITED;
  private Reading<MemoryUsage> last;
  private long longestNanos;
  private long lookedNanos;
  private long wholeNanos;
  private boolean looked;
  private int stillLooks;

  /** What the cgroup's own files say, and when they said it. */
  private record Own(
      long usage, MemoryStat stat, Limit limit, OptionalLong oomKills, long readNanos) {
    Level level() {
      return Level.of(limit, stat.unreclaimableBytes());
    }

    boolean isAbout(long charged) {
      return Math.abs(charged - usage) <= usage / STILL;
    }
  }

  WatchedCgroup(MemoryCgroup cgroup) {
    this.cgroup = cgroup;
    this.files = MemoryFiles.of(cgroup.version());
    this.usageFile = files.usage().in(cgroup.directory());
    // Not all of a host's containers in the same second.
    this.longestNanos = LONGEST.toNanos() * (Math.floorMod(cgroup.path().hashCode(), 8) + 1) / 8;
  }

  public MemoryCgroup cgroup() {
    return cgroup;
  }

  /**
   * Missing as vanished where the cgroup is gone, as unsupported where it has no memory controller.
   *
   * @param anew whether something is known to have happened, so that all is to be read
   */
  public Reading<MemoryUsage> read(MemoryReader.Pass pass, long nowNanos, boolean anew) {
    looked = true;
    lookedNanos = nowNanos;
    try {
      long usage = CgroupValue.count(files.usage().text(), pass.file().read(usageFile));
      boolean still = own != null && own.isAbout(usage) && !isNearLimit(usage);
      stillLooks = still ? stillLooks + 1 : 0;
      boolean stands = still && !anew && nowNanos - own.readNanos() < longestNanos;
      if (!stands) {
        own = read(pass, usage, nowNanos);
      }
      wholeNanos = stands ? wholeNanos : nowNanos;
      Level now = pass.above(cgroup, files);
      if (!stands || usage != charged || !now.equals(above)) {
        above = now;
        charged = usage;
        become(Reading.of(usage(own, own.level().below(above))));
      }
    } catch (IOException e) {
      own = null;
      stillLooks = 0;
      become(MemoryReader.failed(cgroup, e));
    }
    return last;
  }

  /**
   * Whether the look of that time read everything. Where it did not, the count of OOM kills is of
   * before, which matters to whoever counts by the time between two readings.
   */
  public boolean isReadWhole(long nanos) {
    return looked && wholeNanos == nanos;
  }

  /**
   * Whether it stood still for some looks, and was looked at not long ago.
   *
   * @param rest how long ago that may be, {@link #REST} at most
   */
  public boolean mayRest(long nowNanos, Duration rest) {
    return stillLooks >= STILL_LOOKS && nowNanos - lookedNanos < rest.toNanos();
  }

  /** When it was looked at last, by the clock of who looks. */
  public long lookedNanos() {
    return lookedNanos;
  }

  private boolean isNearLimit(long usage) {
    return own != null
        && own.level().below(above).limit() instanceof Limit.Bytes(long most)
        && usage > most - most / NEAR;
  }

  private Own read(MemoryReader.Pass pass, long usage, long nowNanos) throws IOException {
    if (own != null) {
      longestNanos = LONGEST.toNanos();
    }
    MemoryStat stat = files.stat(pass.file(), cgroup.directory());
    return new Own(
        usage, stat, limit(pass, stat), files.oomKills(pass.file(), cgroup.directory()), nowNanos);
  }

  /**
   * Version 1 tells the tightest limit of all levels with the rest, which saves a file: where an
   * ancestor's is tighter, that ancestor holds at least as much as this cgroup, so the least room
   * is the same as with this cgroup's own limit.
   */
  private Limit limit(MemoryReader.Pass pass, MemoryStat stat) throws IOException {
    return stat.hierarchicalLimit().isPresent()
        ? stat.hierarchicalLimit().get()
        : files.limit(pass.file(), cgroup.directory());
  }

  private MemoryUsage usage(Own read, Level level) {
    return new MemoryUsage(
        cgroup.path(),
        level.limit(),
        charged,
        read.stat().shmemBytes(),
        read.stat().unreclaimableBytes(),
        level.headroomBytes(),
        read.oomKills());
  }

  private void become(Reading<MemoryUsage> reading) {
    last = reading.equals(last) ? last : reading;
  }
}
