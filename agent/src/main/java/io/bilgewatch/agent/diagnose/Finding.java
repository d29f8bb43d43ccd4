package io.bilgewatch.agent.diagnose;

import java.util.Locale;
import java.util.Objects;

/**
 * One thing that was looked at.
 *
 * @param subject what it is about, such as {@code data root /var/lib/docker}
 * @param detail what was seen
 * @param remedy what to do about it; empty where all is well
 */
public record Finding(Level level, String subject, String detail, String remedy) {

  /** How bad it is. */
  public enum Level {
    OK,
    /** Some figures are absent, and the rest is fine. */
    LIMITED,
    /** What this program is for does not work. */
    BAD;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Finding {
    Objects.requireNonNull(level, "level");
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(detail, "detail");
    Objects.requireNonNull(remedy, "remedy");
  }

  static Finding ok(String subject, String detail) {
    return new Finding(Level.OK, subject, detail, "");
  }

  static Finding limited(String subject, String detail, String remedy) {
    return new Finding(Level.LIMITED, subject, detail, remedy);
  }

  static Finding bad(String subject, String detail, String remedy) {
    return new Finding(Level.BAD, subject, detail, remedy);
  }
}
