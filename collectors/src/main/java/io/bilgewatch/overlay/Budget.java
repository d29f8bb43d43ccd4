package io.bilgewatch.overlay;

import java.time.Duration;
import java.util.Objects;

/**
 * What one measurement may cost at most. A container decides how much there is to walk, so each of
 * these ends a walk, with the {@link Shortfall} of its name.
 *
 * @param wall from start to end, the {@link Pace}'s sleeps included
 * @param cpu of the walking thread
 * @param depth levels below the upperdir
 * @param hardLinks files with several names; about 16 bytes of memory each
 */
public record Budget(long entries, Duration wall, Duration cpu, int depth, int hardLinks) {
  /** Generous for an honest layer: fifty million entries cost about two minutes of one core. */
  public static final Budget DEFAULT =
      new Budget(50_000_000, Duration.ofMinutes(30), Duration.ofMinutes(2), 100_000, 500_000);

  public Budget {
    Objects.requireNonNull(wall, "wall");
    Objects.requireNonNull(cpu, "cpu");
    if (entries < 1 || wall.isNegative() || cpu.isNegative() || depth < 1 || hardLinks < 1) {
      throw new IllegalArgumentException("a budget must allow something");
    }
  }

  public Budget withEntries(long limit) {
    return new Budget(limit, wall, cpu, depth, hardLinks);
  }

  public Budget withWall(Duration limit) {
    return new Budget(entries, limit, cpu, depth, hardLinks);
  }

  public Budget withCpu(Duration limit) {
    return new Budget(entries, wall, limit, depth, hardLinks);
  }

  public Budget withDepth(int limit) {
    return new Budget(entries, wall, cpu, limit, hardLinks);
  }

  public Budget withHardLinks(int limit) {
    return new Budget(entries, wall, cpu, depth, limit);
  }
}
