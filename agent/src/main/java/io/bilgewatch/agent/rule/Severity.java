package io.bilgewatch.agent.rule;

import java.util.Locale;

/** Who is to know of an alert. */
public enum Severity {
  /** Somebody has to act now, at night too. */
  CRITICAL,
  /** Somebody has to act, by day. */
  WARNING,
  /** Something to put right when there is time. */
  INFO;

  /** The value of the label {@code severity}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
