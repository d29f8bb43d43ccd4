package io.bilgewatch.agent.top;

import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;

/** What stands at one place of the table, and how it looks. */
record Cell(Style style, String text) {
  private static final Cell UNKNOWN = new Cell(Style.WARNING, "?");
  private static final Cell NONE = new Cell(Style.FAINT, "-");
  private static final Cell MEASURING = new Cell(Style.FAINT, "...");

  static Cell of(String text) {
    return new Cell(Style.PLAIN, text);
  }

  /** A dash where there is no such thing, dots where it is being measured, else a question mark. */
  static Cell of(Reading<Cell> reading) {
    if (reading instanceof Reading.Missing<Cell>(Cause cause, _)) {
      return switch (cause) {
        case NOT_APPLICABLE, VANISHED -> NONE;
        case PENDING -> MEASURING;
        case NOT_PERMITTED, UNSUPPORTED, MALFORMED, FAILED, STUCK -> UNKNOWN;
      };
    }
    return reading.orElse(UNKNOWN);
  }

  static Cell none() {
    return NONE;
  }

  static Cell unknown() {
    return UNKNOWN;
  }

  static Cell measuring() {
    return MEASURING;
  }

  /** The looks of a load from 0 to 1. */
  static Style style(double load) {
    return load >= 1 ? Style.CRITICAL : load >= Row.TIGHT ? Style.WARNING : Style.PLAIN;
  }
}
