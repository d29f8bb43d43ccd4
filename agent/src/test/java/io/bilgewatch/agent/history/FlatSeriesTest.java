package io.bilgewatch.agent.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.risk.Growth.Shape;
import io.bilgewatch.agent.risk.GrowthFinder;
import io.bilgewatch.agent.risk.Points;
import io.bilgewatch.agent.risk.Trend;
import io.bilgewatch.kernel.Reading;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That what is told without a look at all points is what a look at all points would tell. */
class FlatSeriesTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final Resolution RESOLUTION = Resolution.of(WINDOW, Duration.ofHours(6));

  private final GrowthFinder finder = new GrowthFinder(WINDOW, Histories.MOST_POINTS);
  private final GrowthFinder oracle = new GrowthFinder(WINDOW, Histories.MOST_POINTS);
  private final Points points = new Points(Histories.MOST_POINTS);
  private final Points all = new Points(Histories.MOST_POINTS);
  private int flat;

  /**
   * What stands still, jumps, drifts and comes back, fed each second, or seldom, or with pauses.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void eachLookTellsWhatAllPointsTell(long seed) {
    Random random = new Random(seed);
    Series series = new Series(RESOLUTION);
    long now = random.nextInt(1_000_000) * SECOND;
    long value = 5_000_000;
    for (int i = 0; i < 6_000; i++) {
      value = next(random, value, seed);
      now += pause(random, seed);
      series.add(now, value);
      assertSame(series, now + random.nextInt(1000) * 1_000_000L);
      if (random.nextInt(50) == 0) {
        assertSame(series, now + random.nextInt(100) * SECOND);
      }
    }
    assertTrue(flat > 50, () -> "flat only " + flat + " times");
  }

  private void assertSame(Series series, long now) {
    series.fill(all);
    Reading<Trend> expected = oracle.find(all, now);
    assertEquals(expected, series.trend(finder, points, now));
    flat += expected.map(trend -> trend.growth().shape() == Shape.FLAT).orElse(false) ? 1 : 0;
  }

  private static long next(Random random, long value, long seed) {
    if (seed % 3 == 0) {
      return value + random.nextInt(2001) - 1000;
    }
    return switch (random.nextInt(2_000)) {
      case 0 -> value + random.nextInt(50_000_000);
      case 1 -> random.nextInt(5_000_000);
      case 2, 3, 4, 5, 6 -> value + random.nextInt(100_000);
      default -> value;
    };
  }

  private static long pause(Random random, long seed) {
    long usual = seed % 4 == 0 ? random.nextInt(200, 4_000) : random.nextInt(950, 1_050);
    long seconds = random.nextInt(500) == 0 ? random.nextInt(60) : 0;
    return seconds * SECOND + usual * 1_000_000L;
  }
}
