package io.bilgewatch.agent.risk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TheilSenTest {
  private final TheilSen theilSen = new TheilSen();

  @Test
  void isTheMedianOfAllSlopes() {
    Random random = new Random(42);
    for (int round = 0; round < 500; round++) {
      int count = 2 + random.nextInt(TheilSen.MOST_POINTS - 1);
      double[] times = new double[count];
      double[] values = new double[count];
      for (int i = 0; i < count; i++) {
        times[i] = (i == 0 ? 0 : times[i - 1]) + random.nextInt(1, 5);
        values[i] = random.nextInt(10);
      }
      assertEquals(naive(times, values), theilSen.slope(times, values, count), 1e-12);
    }
  }

  private static double naive(double[] times, double[] values) {
    List<Double> slopes = new ArrayList<>();
    for (int i = 0; i < times.length; i++) {
      for (int j = i + 1; j < times.length; j++) {
        slopes.add((values[j] - values[i]) / (times[j] - times[i]));
      }
    }
    slopes.sort(null);
    int middle = slopes.size() / 2;
    return slopes.size() % 2 == 1
        ? slopes.get(middle)
        : (slopes.get(middle - 1) + slopes.get(middle)) / 2;
  }

  @Test
  void aQuarterOfOutliersMovesItLittle() {
    double[] times = new double[32];
    double[] values = new double[32];
    for (int i = 0; i < 32; i++) {
      times[i] = i;
      values[i] = i % 4 == 2 ? 1e9 : 3 * i;
    }
    assertEquals(3, theilSen.slope(times, values, 32), 1e-9);
  }

  @Test
  void onePointHasNone() {
    assertEquals(0, theilSen.slope(new double[] {1}, new double[] {1}, 1));
  }
}
