package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.CollectorStatus.Outcome;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.Inventory;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is published at once, and what can wait. */
class NewsTest {
  private static final long MIB = 1 << 20;
  private static final long LIMIT = 1024 * MIB;
  private static final Map<String, Reading<List<Reading<TmpfsUsage>>>> NO_TMPFS = Map.of();

  private final Inventory inventory = Inventory.EMPTY;

  private News.Seen seen(Map<String, Reading<MemoryUsage>> memory) {
    return seen(NO_TMPFS, memory);
  }

  private News.Seen seen(
      Map<String, Reading<List<Reading<TmpfsUsage>>>> tmpfs,
      Map<String, Reading<MemoryUsage>> memory) {
    return new News.Seen(inventory, Map.of(), tmpfs, memory);
  }

  private static Reading<MemoryUsage> usage(long limit, long held, long kills) {
    return Reading.of(
        new MemoryUsage(
            "/docker/a",
            new Limit.Bytes(limit),
            held,
            OptionalLong.of(0),
            OptionalLong.of(held),
            OptionalLong.of(limit - held),
            OptionalLong.of(kills)));
  }

  private boolean isNews(Reading<MemoryUsage> before, Reading<MemoryUsage> now) {
    return News.told(seen(Map.of("a", before))).isIn(seen(Map.of("a", now)));
  }

  @Test
  void whatNobodyWasToldIsNews() {
    assertTrue(News.NOTHING_TOLD.isIn(seen(Map.of())));
  }

  @Test
  void whatIsTheSameIsNone() {
    Reading<MemoryUsage> same = usage(LIMIT, 5 * MIB, 0);
    assertFalse(isNews(same, same));
    assertFalse(isNews(same, usage(LIMIT, 5 * MIB, 0)));
  }

  @Test
  void memoryThatMovedByLittleCanWait() {
    assertFalse(isNews(usage(LIMIT, 5 * MIB, 0), usage(LIMIT, 5 * MIB + 4096, 0)));
    assertTrue(isNews(usage(LIMIT, 5 * MIB, 0), usage(LIMIT, 6 * MIB, 0)));
    assertTrue(isNews(usage(LIMIT, 6 * MIB, 0), usage(LIMIT, 5 * MIB, 0)));
  }

  @Test
  void littleStepsAddUpToNews() {
    News told = News.told(seen(Map.of("a", usage(LIMIT, 5 * MIB, 0))));
    for (int step = 1; step < 16; step++) {
      assertFalse(told.isIn(seen(Map.of("a", usage(LIMIT, 5 * MIB + step * MIB / 16, 0)))));
    }
    assertTrue(told.isIn(seen(Map.of("a", usage(LIMIT, 6 * MIB, 0)))));
  }

  @Test
  void ofASmallLimitLittleIsMuch() {
    assertTrue(isNews(usage(6 * MIB, MIB, 0), usage(6 * MIB, MIB + 6 * MIB / 64, 0)));
    assertFalse(isNews(usage(6 * MIB, MIB, 0), usage(6 * MIB, MIB + 4096, 0)));
  }

  @Test
  void aKillAndAnotherLimitAreNews() {
    assertTrue(isNews(usage(LIMIT, MIB, 0), usage(LIMIT, MIB, 1)));
    assertTrue(isNews(usage(LIMIT, MIB, 0), usage(LIMIT / 2, MIB, 0)));
  }

  @Test
  void whatCanNoLongerBeReadIsNews() {
    Reading<MemoryUsage> gone = Reading.missing(Cause.VANISHED, "gone");
    assertTrue(isNews(usage(LIMIT, MIB, 0), gone));
    assertTrue(isNews(gone, usage(LIMIT, MIB, 0)));
    assertFalse(isNews(gone, Reading.missing(Cause.VANISHED, "gone")));
  }

  @Test
  void anotherContainerIsNews() {
    Reading<MemoryUsage> one = usage(LIMIT, MIB, 0);
    News told = News.told(seen(Map.of("a", one)));
    assertTrue(told.isIn(seen(Map.of("a", one, "b", one))));
    assertTrue(told.isIn(seen(Map.of("b", one))));
  }

  /** One that is the same is the same object, so that another object is another reading. */
  @Test
  void anotherTmpfsIsNews() {
    News told = News.told(seen(Map.of()));
    assertFalse(told.isIn(seen(Map.of())));
    assertTrue(told.isIn(seen(new HashMap<>(), Map.of())));
  }

  @Test
  void aCollectorThatGoesOtherwiseIsNewsAndHowLongItTookIsNot() {
    List<CollectorStatus> before =
        List.of(status(Outcome.COLLECTED, 1), status(Outcome.PENDING, 1));
    assertFalse(
        News.isTurned(before, List.of(status(Outcome.COLLECTED, 2), status(Outcome.PENDING, 2))));
    assertTrue(
        News.isTurned(before, List.of(status(Outcome.COLLECTED, 1), status(Outcome.FAILED, 1))));
    assertTrue(News.isTurned(before, List.of(status(Outcome.COLLECTED, 1))));
  }

  private static CollectorStatus status(Outcome outcome, long seconds) {
    Duration took = Duration.ofSeconds(seconds);
    return new CollectorStatus("one", outcome, "", took, took, Optional.empty());
  }
}
