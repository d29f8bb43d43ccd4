package io.bilgewatch.agent.render;

import java.util.Locale;

/** Sizes and names for people. */
public final class Sizes {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Sizes() {}

  /** Bytes with three digits or so: {@code 512 B}, {@code 84.0 MiB}. */
  public static String of(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0
        ? bytes + " B"
        : String.format(Locale.ROOT, value < 10 ? "%.2f %s" : "%.1f %s", value, UNITS[unit]);
  }

  /** Text that a container may have chosen, without what a terminal would act on. */
  public static String printable(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.chars()
        .forEach(c ->
            safe.append(
                Character.isISOControl(c) ? "\\x%02x".formatted(c) : Character.toString(c)));
    return safe.toString();
  }
}
