package io.bilgewatch.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** Lets a forecaster see a scenario, measurement by measurement, and writes down what it said. */
final class Trial {
  /** A page that was withdrawn is false where the end was farther off than so many times that. */
  private static final double TOO_EARLY = 3;

  private final Scenario scenario;
  private final OptionalDouble fullAt;
  private final List<Double> errors = new ArrayList<>();
  private double holdsSince = Double.NaN;
  private double pagedSince = Double.NaN;
  private double lastPageBegan = Double.NaN;
  private int looks;
  private int falsePages;
  private int pages;

  private Trial(Scenario scenario) {
    this.scenario = scenario;
    this.fullAt = scenario.fullAt();
  }

  static Score run(Scenario scenario, Forecaster forecaster) {
    return new Trial(scenario).run(forecaster);
  }

  private Score run(Forecaster forecaster) {
    double end = scenario.end();
    double next = 0;
    List<Scenario.Gap> gaps = new ArrayList<>(scenario.gaps());
    // A look every second, or as often as anything can have changed.
    for (double t = 0; t < end; t += Math.min(10, scenario.rhythm())) {
      double now = t;
      if (gaps.stream().anyMatch(gap -> gap.covers(now))) {
        continue;
      }
      if (!gaps.isEmpty() && gaps.getFirst().to() <= t) {
        forecaster.away(gaps.removeFirst());
      }
      if (t >= next) {
        forecaster.measured(t, Math.max(0, scenario.signal().at(t)));
        next += scenario.rhythm();
      }
      look(t, forecaster.secondsUntilFull(t, scenario.limit()));
    }
    return score(end);
  }

  private void look(double t, OptionalDouble forecast) {
    if (fullAt.isPresent() && isLastPart(t)) {
      looks++;
      double left = fullAt.getAsDouble() - t;
      forecast.ifPresent(told -> errors.add(Math.abs(told - left) / left));
    }
    boolean holds = forecast.isPresent() && forecast.getAsDouble() < scenario.within();
    if (!holds) {
      holdsSince = Double.NaN;
      withdraw();
    } else {
      holdsSince = Double.isNaN(holdsSince) ? t : holdsSince;
      if (Double.isNaN(pagedSince) && t - holdsSince >= scenario.pending()) {
        pagedSince = t;
        lastPageBegan = t;
        pages++;
      }
    }
  }

  /** From when half of the room is used, but no more than what a page is to tell of. */
  private boolean isLastPart(double t) {
    double left = fullAt.getAsDouble() - t;
    double half = (scenario.limit() + scenario.signal().at(0)) / 2;
    return left > 1 && left <= scenario.within() && scenario.signal().at(t) >= half;
  }

  private void withdraw() {
    if (!Double.isNaN(pagedSince)) {
      double left = fullAt.orElse(Double.POSITIVE_INFINITY) - pagedSince;
      falsePages += left > TOO_EARLY * scenario.within() ? 1 : 0;
    }
    pagedSince = Double.NaN;
  }

  private Score score(double end) {
    boolean pagedAtTheEnd = !Double.isNaN(pagedSince);
    if (fullAt.isEmpty()) {
      withdraw();
      return new Score(false, Double.NaN, Double.NaN, Double.NaN, pages, falsePages);
    }
    double[] sorted = errors.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return new Score(
        true,
        sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2],
        sorted.length / (double) Math.max(1, looks),
        pagedAtTheEnd ? end - lastPageBegan : 0,
        pages,
        falsePages);
  }
}
