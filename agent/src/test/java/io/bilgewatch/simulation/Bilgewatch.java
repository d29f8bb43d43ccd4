package io.bilgewatch.simulation;

import io.bilgewatch.agent.history.Histories;
import io.bilgewatch.agent.history.HistoryFile;
import io.bilgewatch.agent.history.Restored;
import io.bilgewatch.agent.history.SeriesKey;
import io.bilgewatch.agent.risk.Forecast;
import io.bilgewatch.agent.risk.Trend;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;

/** The agent's own way, through its file where it restarts. */
final class Bilgewatch implements Forecaster {
  private static final SeriesKey KEY = SeriesKey.layer("simulated");
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final HistoryFile file;
  private Histories histories = empty();
  private double value;

  Bilgewatch(Path directory) {
    file = new HistoryFile(directory);
  }

  private static Histories empty() {
    return new Histories(Duration.ofMinutes(10), Duration.ofHours(6), 10);
  }

  @Override
  public void measured(double seconds, double bytes) {
    value = bytes;
    histories.add(KEY, nanos(seconds), (long) bytes);
  }

  @Override
  public void away(Scenario.Gap gap) {
    if (!gap.restart()) {
      return;
    }
    try {
      file.save(histories, at(gap.from()), nanos(gap.from()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    histories = empty();
    Instant back = at(gap.to() + gap.clockJump());
    if (!(file.load(histories, back, nanos(gap.to())) instanceof Restored.Loaded(int series, _))
        || series != 1) {
      throw new IllegalStateException("the histories did not come back");
    }
  }

  Reading<Trend> trend(double seconds) {
    return histories.trend(KEY, nanos(seconds));
  }

  @Override
  public OptionalDouble secondsUntilFull(double seconds, double limit) {
    return trend(seconds)
        .optional()
        .map(trend -> Forecast.secondsUntil(limit - value, trend))
        .orElse(OptionalDouble.empty());
  }

  private static Instant at(double seconds) {
    return BEGIN.plusMillis((long) (seconds * 1e3));
  }

  private static long nanos(double seconds) {
    return (long) (seconds * 1e9);
  }
}
