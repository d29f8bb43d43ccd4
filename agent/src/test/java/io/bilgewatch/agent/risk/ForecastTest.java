package io.bilgewatch.agent.risk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.agent.risk.Growth.Shape;
import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ForecastTest {
  private static Growth growth(Shape shape, double slope, long seconds) {
    return new Growth(shape, slope, Duration.ofSeconds(seconds));
  }

  @Test
  void isRoomOverSlope() {
    assertEquals(OptionalDouble.of(50), Forecast.secondsUntil(100, growth(Shape.GROWING, 2, 60)));
    assertEquals(OptionalDouble.of(50), Forecast.secondsUntil(100, growth(Shape.LEAK, 2, 60)));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLAT", "BURST", "SAWTOOTH", "SHRINKING"})
  void whatDoesNotGrowNeverFills(Shape shape) {
    assertEquals(OptionalDouble.empty(), Forecast.secondsUntil(100, growth(shape, 2, 600)));
  }

  @Test
  void whatIsYoungIsBelievedAsFarAsItWasSeen() {
    assertEquals(OptionalDouble.of(30), Forecast.secondsUntil(30, growth(Shape.GROWING, 1, 30)));
    assertEquals(OptionalDouble.empty(), Forecast.secondsUntil(31, growth(Shape.GROWING, 1, 30)));
  }

  @Test
  void whatIsOldReachesFourTimesAsFar() {
    assertEquals(OptionalDouble.of(600), Forecast.secondsUntil(600, growth(Shape.GROWING, 1, 210)));
    assertEquals(OptionalDouble.empty(), Forecast.secondsUntil(601, growth(Shape.GROWING, 1, 210)));
  }

  @Test
  void whatIsFullIsFullNow() {
    assertEquals(OptionalDouble.of(0), Forecast.secondsUntil(-5, growth(Shape.GROWING, 1, 10)));
  }

  @Test
  void withoutABoundItNeverFills() {
    assertEquals(
        OptionalDouble.empty(),
        Forecast.secondsUntil(Double.POSITIVE_INFINITY, growth(Shape.GROWING, 1, 10_000)));
  }

  @Test
  void theSwingComesOffTheRoom() {
    Trend trend = new Trend(growth(Shape.LEAK, 1, 100), 40);
    assertEquals(OptionalDouble.of(60), Forecast.secondsUntil(100, trend));
  }
}
