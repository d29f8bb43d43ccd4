package io.bilgewatch.simulation;

import static io.bilgewatch.simulation.Signal.MB;
import static io.bilgewatch.simulation.Signal.burst;
import static io.bilgewatch.simulation.Signal.constant;
import static io.bilgewatch.simulation.Signal.noise;
import static io.bilgewatch.simulation.Signal.ramp;
import static io.bilgewatch.simulation.Signal.random;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same promises for many sizes and speeds: nothing is fitted to one history. */
class SweepTest {
  private static final double LIMIT = 64 * MB;

  @TempDir private Path state;

  static Stream<Scenario> bursts() {
    List<Scenario> bursts = new ArrayList<>();
    for (double part : new double[] {0.05, 0.15, 0.25, 0.35, 0.45}) {
      for (double seconds : new double[] {1, 4, 8, 15, 30, 60}) {
        for (double begin : new double[] {0.5, 40, 700}) {
          Signal signal =
              constant(MB).plus(noise(7, 100_000)).plus(burst(begin, seconds, part * LIMIT));
          bursts.add(
              Scenario.tmpfs(
                  "burst of %.2f in %.0f s at %.1f".formatted(part, seconds, begin),
                  LIMIT,
                  begin + seconds + 300,
                  signal));
        }
      }
    }
    return bursts.stream();
  }

  @Test
  void noBurstOfLessThanHalfPages() {
    assertAll(bursts().map(burst -> () -> assertEquals(0, run(burst).falsePages(), burst.name())));
  }

  static Stream<Scenario> fills() {
    return IntStream.range(0, 60)
        .mapToObj(i -> {
          double base = 50 * MB * random(11, i);
          double seconds = 60 * Math.pow(40, random(12, i));
          double begin = i % 3 == 0 ? 0 : 900 * random(13, i);
          double rate = (LIMIT - base) / seconds;
          Signal signal =
              constant(base).plus(ramp(begin, rate)).plus(noise(i, (LIMIT - base) / 200));
          return Scenario.tmpfs(
              "from %.0f MB in %.0f s at %.0f".formatted(base / MB, seconds, begin),
              LIMIT,
              begin + seconds + 60,
              signal);
        });
  }

  @ParameterizedTest
  @MethodSource("fills")
  void everyFillOfAMinuteOrMoreIsTold(Scenario fill) {
    Score score = run(fill);
    assertTrue(score.lead() >= 15, () -> fill.name() + ": " + score);
    assertTrue(score.error() <= 0.25, () -> fill.name() + ": " + score);
    assertEquals(0, score.falsePages(), fill.name());
  }

  @Test
  void ordinaryContainersAreQuiet() {
    for (OrdinaryContainer container : OrdinaryContainer.several(50, 3)) {
      Scenario tmpfs =
          Scenario.tmpfs(container.name(), container.tmpfsSize(), 3600, container.tmpfs());
      assertEquals(0, run(tmpfs).pages(), container.name());
    }
  }

  private Score run(Scenario scenario) {
    return Trial.run(scenario, new Bilgewatch(state));
  }
}
