package io.bilgewatch.agent.top;

import java.time.Duration;
import java.util.Locale;

/** Figures in as few columns as they can be told in. */
final class Figures {
  private static final String[] UNITS = {"B", "K", "M", "G", "T", "P", "E"};
  private static final double SLOW = 1024;
  private static final int HOUR = 3600;
  private static final int PERCENT = 100;

  private Figures() {}

  static String size(long bytes) {
    return size((double) bytes);
  }

  /** At most four columns: {@code 0}, {@code 512B}, {@code 1.2K}, {@code 84M}, {@code 1.0G}. */
  static String size(double bytes) {
    if (bytes <= 0) {
      return "0";
    }
    if (Double.isInfinite(bytes)) {
      return "inf";
    }
    double value = bytes;
    int unit = 0;
    // 999.5 of a unit would take five columns.
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    String form = unit == 0 || value >= 9.95 ? "%.0f%s" : "%.1f%s";
    return String.format(Locale.ROOT, form, value, UNITS[unit]);
  }

  /** At most seven columns: {@code +1.2M/s}, and by the hour where it is slow. */
  static String rate(double bytesPerSecond) {
    double fast = Math.abs(bytesPerSecond);
    String sign = bytesPerSecond < 0 ? "-" : "+";
    if (fast * HOUR < SLOW) {
      return "0";
    }
    return fast < SLOW ? sign + size(fast * HOUR) + "/h" : sign + size(fast) + "/s";
  }

  /** At most four columns: {@code 0%}, {@code <1%}, {@code 12%}, {@code 100%}. */
  static String percent(double ratio) {
    if (ratio <= 0) {
      return "0%";
    }
    return ratio < 0.01 ? "<1%" : "%d%%".formatted(Math.round(Math.min(ratio, 9.99) * PERCENT));
  }

  /** At most four columns: {@code 0.34}, {@code 12.5}, {@code >99}. */
  static String risk(double ratio) {
    if (ratio > 99) {
      return ">99";
    }
    return String.format(Locale.ROOT, ratio < 9.995 ? "%.2f" : "%.1f", ratio);
  }

  /** At most three columns: {@code 45s}, {@code 12m}, {@code 5h}, {@code 3d}. */
  static String soon(double seconds) {
    Duration time = Duration.ofSeconds(Math.round(Math.min(seconds, Integer.MAX_VALUE)));
    if (time.toMinutes() < 2) {
      return Math.min(time.toSeconds(), 99) + "s";
    }
    if (time.toHours() < 2) {
      return Math.min(time.toMinutes(), 99) + "m";
    }
    if (time.toDays() < 3) {
      return time.toHours() + "h";
    }
    return Math.min(time.toDays(), 99) + "d";
  }
}
