package io.bilgewatch.agent.risk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.risk.Growth.Shape;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.kernel.Reading.Missing;
import io.bilgewatch.simulation.Signal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GrowthFinderTest {
  private static final long SECOND = 1_000_000_000L;
  private static final double MB = 1 << 20;
  private static final double HIGHEST = 400;

  private final GrowthFinder finder = new GrowthFinder(Duration.ofMinutes(10), 1000);
  private final Points points = new Points(1000);

  private void measure(Signal signal, double from, double to, double rhythm) {
    for (double t = from; t < to; t += rhythm) {
      long bytes = (long) signal.at(t);
      points.add((long) (t * SECOND), bytes, bytes, bytes, (long) (rhythm * SECOND));
    }
  }

  private Reading<Trend> find() {
    return finder.find(points, points.nanos(points.size() - 1));
  }

  private Growth growth(Signal signal, double seconds, double rhythm) {
    points.clear();
    measure(signal, 0, seconds, rhythm);
    return find().optional().orElseThrow().growth();
  }

  private Growth growth(Signal signal, double seconds) {
    return growth(signal, seconds, 1);
  }

  @Test
  void fastGrowthIsSeenWithinTenSeconds() {
    Signal idleThenFast = Signal.constant(MB).plus(Signal.ramp(100, 2 * MB));
    double seen = 0;
    for (double t = 101; seen == 0; t++) {
      seen = growth(idleThenFast, t + 1).shape() == Shape.GROWING ? t : 0;
    }
    assertTrue(seen <= 110, "seen at " + seen);
    Growth growth = growth(idleThenFast, 111);
    assertEquals(2 * MB, growth.bytesPerSecond(), 0.01 * MB);
    assertEquals(10.0, (double) growth.evidence().toSeconds(), 1);
  }

  @Test
  void aLayerIsSeenToGrowAfterFiveMeasurements() {
    assertEquals(Shape.FLAT, growth(Signal.ramp(180, 100_000), 240, 60).shape());
    assertEquals(Shape.GROWING, growth(Signal.ramp(180, 100_000), 480, 60).shape());
    assertEquals(100_000, growth(Signal.ramp(180, 100_000), 480, 60).bytesPerSecond(), 1000);
  }

  @Test
  void aBurstThatStoppedIsOneAFewSecondsLater() {
    Signal burst = Signal.constant(MB).plus(Signal.burst(60, 20, 40 * MB));
    assertEquals(Shape.GROWING, growth(burst, 80).shape());
    for (double t = 85; t < HIGHEST; t++) {
      Growth growth = growth(burst, t);
      assertEquals(Shape.BURST, growth.shape(), "at " + t);
      assertEquals(0, growth.bytesPerSecond());
    }
  }

  @Test
  void aBurstIsForgottenAfterTheWindow() {
    Signal burst = Signal.constant(MB).plus(Signal.burst(60, 20, 40 * MB));
    assertEquals(Shape.BURST, growth(burst, 600).shape());
    assertEquals(Shape.FLAT, growth(burst, 700).shape());
  }

  @Test
  void whatGrowsInStepsPausesAndGrowsOn() {
    Signal steps = Signal.steps(0, 60, 8 * MB);
    for (double t = 400; t < 520; t++) {
      Growth growth = growth(steps, t);
      assertTrue(growth.isGrowing(), "at " + t + ": " + growth);
      assertEquals(8 * MB / 60, growth.bytesPerSecond(), 0.03 * MB, "at " + t);
    }
    assertEquals(Shape.BURST, growth(steps.atMost(48 * MB), 520).shape());
  }

  @Test
  void theToothOfASawIsNoGrowth() {
    Signal saw = Signal.constant(MB).plus(Signal.saw(40, 20 * MB));
    for (double t = 42; t < HIGHEST; t++) {
      Growth growth = growth(saw, t);
      assertTrue(!growth.isGrowing(), "at " + t + ": " + growth);
    }
    assertEquals(Shape.SAWTOOTH, growth(saw, 395).shape());
  }

  @Test
  void aToothThatIsNotCleanedUpIsGrowthFromItsFormerPeakOn() {
    Signal saw = Signal.saw(40, 20 * MB).then(200, Signal.ramp(0, MB / 2));
    assertEquals(Shape.SAWTOOTH, growth(saw, 240).shape());
    Growth growth = growth(saw, 260);
    assertEquals(Shape.GROWING, growth.shape());
    assertEquals(MB / 2, growth.bytesPerSecond(), 1000);
    assertEquals(20.0, (double) growth.evidence().toSeconds(), 3, "since it passed 20 MB");
  }

  @Test
  void theFloorOfASawLeaks() {
    Signal saw = Signal.constant(MB).plus(Signal.saw(20, 8 * MB)).plus(Signal.ramp(0, 30_000));
    Growth growth = growth(saw, 900);
    assertEquals(Shape.LEAK, growth.shape());
    assertEquals(30_000, growth.bytesPerSecond(), 3000);
  }

  @Test
  void aLeakUnderNoiseIsOne() {
    Signal leak = Signal.constant(50 * MB).plus(Signal.ramp(0, 10_000)).plus(Signal.noise(1, MB));
    Growth growth = growth(leak, 1000);
    assertEquals(Shape.LEAK, growth.shape());
    assertEquals(10_000, growth.bytesPerSecond(), 1500);
  }

  @Test
  void slowGrowthOfSomethingLargeIsALeak() {
    assertEquals(
        Shape.LEAK, growth(Signal.constant(500 * MB).plus(Signal.ramp(0, 10_000)), 900).shape());
  }

  @Test
  void somePagesMoreOrLessAreNothing() {
    Signal idle = Signal.constant(10 * MB).plus(Signal.noise(3, 50_000));
    for (double t = 10; t < 900; t += 7) {
      assertEquals(Shape.FLAT, growth(idle, t).shape(), "at " + t);
    }
  }

  @Test
  void whatBecomesLessShrinks() {
    Signal less = t -> (500 - t) * MB;
    Growth growth = growth(less, 100);
    assertEquals(Shape.SHRINKING, growth.shape());
    assertEquals(-MB, growth.bytesPerSecond(), 0.01 * MB);
  }

  @Test
  void fewPointsSayNothing() {
    measure(Signal.ramp(0, MB), 0, 3, 1);
    assertPending("measured 3 times");
    points.clear();
    measure(Signal.ramp(0, MB), 0, 2, 0.1);
    assertPending("known for 2 s only");
  }

  @Test
  void whatWasNotMeasuredLatelySaysNothing() {
    measure(Signal.ramp(0, MB), 0, 100, 1);
    assertInstanceOf(
        Missing.class, finder.find(points, points.nanos(points.size() - 1) + 11 * SECOND));
    assertTrue(finder.find(points, points.nanos(points.size() - 1) + 9 * SECOND).isPresent());
  }

  @Test
  void aJumpOverAGapIsNoSlope() {
    measure(Signal.constant(10 * MB), 0, 100, 1);
    for (int after = 1; after < 60; after++) {
      points.clear();
      measure(Signal.constant(10 * MB), 0, 100, 1);
      measure(Signal.constant(50 * MB), 700, 700 + after, 1);
      if (after < 4) {
        assertPending("since a gap");
      } else {
        Growth growth = find().optional().orElseThrow().growth();
        assertTrue(!growth.isGrowing(), growth + " " + after + " s after the gap");
      }
    }
  }

  @Test
  void growthGoesOnOverAGap() {
    measure(Signal.ramp(0, MB), 0, 100, 1);
    measure(Signal.ramp(0, MB), 200, 210, 1);
    Growth growth = find().optional().orElseThrow().growth();
    assertEquals(Shape.GROWING, growth.shape());
    assertEquals(209.0, (double) growth.evidence().toSeconds(), 1);
  }

  @Test
  void whatSlowsDownIsBelievedLess() {
    Growth steady = growth(Signal.ramp(0, MB / 4), 200);
    Growth slowing = growth(t -> 60 * MB * (1 - StrictMath.exp(-t / 150)), 200);
    assertEquals(199, steady.evidence().toSeconds());
    assertTrue(slowing.evidence().toSeconds() < 100, slowing.toString());
  }

  private void assertPending(String part) {
    Missing<?> missing = assertInstanceOf(Missing.class, find());
    assertEquals(Cause.PENDING, missing.cause());
    assertTrue(missing.detail().contains(part), missing.detail());
  }
}
