package io.bilgewatch.process;

/**
 * How often {@code /proc} may be looked at, so that who starts programs as fast as can be does not
 * choose what this program spends. The half of it is kept for looks that are needed.
 */
final class LookBudget {
  private static final double NANOS_A_SECOND = 1e9;

  private final double perSecond;
  private double left;
  private long at;
  private long denied;

  LookBudget(int perSecond, long now) {
    this.perSecond = perSecond;
    this.left = perSecond;
    this.at = now;
  }

  /**
   * @param needed false where the look would only confirm what is known
   */
  boolean take(boolean needed, long now) {
    left = Math.min(perSecond, left + Math.max(0, now - at) / NANOS_A_SECOND * perSecond);
    at = now;
    if (left < (needed ? 1 : perSecond / 2)) {
      denied++;
      return false;
    }
    left--;
    return true;
  }

  long denied() {
    return denied;
  }
}
