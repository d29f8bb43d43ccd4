package io.bilgewatch.agent.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.risk.Growth.Shape;
import io.bilgewatch.agent.risk.Points;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HistoriesTest {
  private static final long SECOND = 1_000_000_000L;
  private static final SeriesKey KEY = SeriesKey.layer("a");

  private final Histories histories = new Histories(Duration.ofMinutes(10), Duration.ofHours(6), 3);

  @Test
  void whatWasNeverMeasuredIsPending() {
    assertEquals(
        Reading.missing(Reading.Cause.PENDING, "not measured yet"), histories.growth(KEY, 0));
  }

  /** If each took the room of the one that is fed next, none would ever know anything. */
  @Test
  void oneMoreThanThereIsRoomForIsRefusedAndTakesNothingAway() {
    List<SeriesKey> many = Stream.of("a", "b", "c", "d").map(SeriesKey::layer).toList();
    for (int t = 0; t < 30; t++) {
      for (SeriesKey key : many) {
        boolean taken = histories.add(key, t * SECOND, t * 1_000_000L);
        assertEquals(!key.equals(many.getLast()), taken, key::toString);
      }
    }
    assertTrue(histories.growth(KEY, 30 * SECOND).isPresent());
    assertEquals(3, histories.size());
  }

  @Test
  void oneThatWasNotFedForAWhileMakesRoom() {
    Stream.of("a", "b", "c").map(SeriesKey::layer).forEach(key -> histories.add(key, 0, 1));
    SeriesKey late = SeriesKey.layer("late");
    assertFalse(histories.add(late, Duration.ofMinutes(15).toNanos(), 1));
    assertTrue(histories.add(late, Duration.ofMinutes(15).toNanos() + 1, 1));
  }

  @Test
  void whatIsShownOfAHistoryStaysAsItWas() {
    histories.add(KEY, SECOND, 5);
    histories.add(KEY, 2 * SECOND, 7);
    Points shown = histories.points(KEY).orElseThrow();
    histories.add(KEY, 3 * SECOND, 9);
    assertEquals(2, shown.size());
    assertEquals(7, shown.last(1));
    assertEquals(2 * SECOND, shown.nanos(1));
    assertTrue(histories.points(SeriesKey.layer("b")).isEmpty());
  }

  @Test
  void aFileSystemAlwaysFindsRoom() {
    SeriesKey b = SeriesKey.tmpfs("a", KernelPath.of("/tmp"));
    SeriesKey c = SeriesKey.headroom("a");
    SeriesKey d = SeriesKey.filesystem(KernelPath.of("/"));
    histories.add(KEY, 1, 1);
    histories.add(b, 2, 1);
    histories.add(c, 3, 1);
    histories.add(KEY, 4, 1);
    histories.growth(b, 5);
    histories.add(d, 6, 1);
    assertEquals(List.of(c, KEY, d), histories.keys());
  }

  @Test
  void whatIsNotFedIsForgottenAfterTheLongWindow() {
    histories.add(KEY, 0, 1);
    SeriesKey other = SeriesKey.layer("b");
    histories.add(other, Duration.ofHours(6).toNanos(), 1);
    assertEquals(2, histories.size());
    histories.add(other, Duration.ofHours(6).toNanos() + SECOND, 1);
    assertEquals(List.of(other), histories.keys());
  }

  @Test
  void timeNeverRunsBackwards() {
    for (int t = 0; t < 30; t++) {
      histories.add(KEY, t * SECOND, 1000);
    }
    histories.add(KEY, 29 * SECOND, 999_999_999);
    histories.add(KEY, 5 * SECOND, 999_999_999);
    assertEquals(Shape.FLAT, histories.growth(KEY, 30 * SECOND).optional().orElseThrow().shape());
    assertTrue(size() <= 5, "half a minute is four buckets of the window");
  }

  @Test
  void aMonotonicClockMayBeginBelowZeroAndWrap() {
    long begin = Long.MAX_VALUE - 30 * SECOND;
    for (int t = 0; t < 60; t++) {
      histories.add(KEY, begin + t * SECOND, t * 1_000_000L);
    }
    var growth = histories.growth(KEY, begin + 59 * SECOND).optional().orElseThrow();
    assertEquals(Shape.GROWING, growth.shape());
    assertEquals(1_000_000, growth.bytesPerSecond(), 1000);
  }

  @Test
  void aDayOfSecondsStaysBounded() {
    for (int t = 0; t < 86_400; t++) {
      histories.add(KEY, t * SECOND, t % 1000);
    }
    assertTrue(size() <= Histories.MOST_POINTS, () -> size() + " points");
    Points points = histories.copy(KEY).orElseThrow();
    long reach = points.nanos(points.size() - 1) - points.nanos(0);
    assertEquals(6, Duration.ofNanos(reach).toMinutes() / 60.0, 0.3, "hours");
    for (int i = 1; i < 60; i++) {
      assertTrue(points.most(i) - points.least(i) >= 9, "a bucket keeps its extremes");
    }
  }

  @Test
  void theAnswerIsFreshAfterEachMeasurementAndGoesStale() {
    for (int t = 0; t < 30; t++) {
      histories.add(KEY, t * SECOND, t * 1_000_000L);
      histories.growth(KEY, t * SECOND);
    }
    assertEquals(Shape.GROWING, shapeAt(29));
    assertTrue(histories.growth(KEY, 35 * SECOND).isPresent());
    assertFalse(histories.growth(KEY, 60 * SECOND).isPresent());
    histories.add(KEY, 61 * SECOND, 30_000_000);
    assertFalse(histories.growth(KEY, 61 * SECOND).isPresent(), "one measurement after a gap");
  }

  private Shape shapeAt(int second) {
    return histories.growth(KEY, second * SECOND).optional().orElseThrow().shape();
  }

  private int size() {
    return histories.copy(KEY).orElseThrow().size();
  }
}
