package io.bilgewatch.agent.text;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Sizes and times as people say them; never for machines. */
public final class Humanly {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Humanly() {}

  /** {@code 0 B}, {@code 1.5 KiB}, {@code 84.0 MiB}, {@code 512 MiB}. */
  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    // 1023.5 of a unit would be shown as 1024 of it.
    while (value >= 1023.5 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    String form = unit == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s";
    return String.format(Locale.ROOT, form, value, UNITS[unit]);
  }

  /** The two largest units that say something: {@code 3d 4h}, {@code 5m 0s}, {@code 12s}. */
  public static String duration(Duration time) {
    if (time.toDays() > 0) {
      return "%dd %dh".formatted(time.toDays(), time.toHoursPart());
    }
    if (time.toHours() > 0) {
      return "%dh %dm".formatted(time.toHours(), time.toMinutesPart());
    }
    if (time.toMinutes() > 0) {
      return "%dm %ds".formatted(time.toMinutes(), time.toSecondsPart());
    }
    return time.toSeconds() + "s";
  }

  /** {@code 5m 0s ago}; what is to come is now, and 1970 is never: {@code -}. */
  public static String ago(Instant then, Instant now) {
    return then.equals(Instant.EPOCH)
        ? "-"
        : duration(Duration.between(then.isAfter(now) ? now : then, now)) + " ago";
  }
}
