package io.bilgewatch.agent.rule;

/**
 * A number that a condition compares with.
 *
 * @param name kebab-case, within its rule
 * @param standard where nobody sets another
 * @param meaning one sentence for the documentation
 */
public record Threshold(String name, Unit unit, double standard, String meaning) {

  public Threshold {
    if (!name.matches("[a-z]+(-[a-z]+)*")) {
      throw new IllegalArgumentException("not kebab-case: " + name);
    }
  }

  /** What the number counts; how it is written hangs on it. */
  public enum Unit {
    /** {@code 5GiB}. */
    BYTES,
    /** {@code 100KiB}, each second. */
    BYTES_PER_SECOND,
    /** {@code 0.9}. */
    RATIO,
    /** {@code 10m}. */
    SECONDS,
    /** {@code 3}. */
    COUNT
  }
}
