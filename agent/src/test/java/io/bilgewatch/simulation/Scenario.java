package io.bilgewatch.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A history with a name and what came of it.
 *
 * @param limit bytes at which it is full
 * @param seconds how long it is, if it is not full before
 * @param rhythm seconds between measurements
 * @param within a forecast below this many seconds is a page
 * @param pending once it has held for so many seconds
 */
public record Scenario(
    String name,
    Signal signal,
    double limit,
    double seconds,
    double rhythm,
    double within,
    double pending,
    List<Gap> gaps) {

  /**
   * Nobody measures for a while: the agent is away, or only stuck.
   *
   * @param restart whether the agent was stopped, and its histories went through a file
   * @param clockJump seconds that the wall clock was set forward meanwhile
   */
  public record Gap(double from, double to, boolean restart, double clockJump) {
    boolean covers(double t) {
      return t >= from && t < to;
    }
  }

  static Scenario tmpfs(String name, double limit, double seconds, Signal signal) {
    return new Scenario(name, signal, limit, seconds, 1, 600, 0, List.of());
  }

  static Scenario filesystem(String name, double limit, double hours, Signal signal) {
    return new Scenario(name, signal, limit, hours * 3600, 10, 86_400, 30, List.of());
  }

  static Scenario layer(String name, double limit, double hours, double rhythm, Signal signal) {
    return new Scenario(name, signal, limit, hours * 3600, rhythm, 3600, 0, List.of());
  }

  Scenario stuck(double from, double to) {
    return with(new Gap(from, to, false, 0));
  }

  Scenario restarted(double from, double to, double clockJump) {
    return with(new Gap(from, to, true, clockJump));
  }

  private Scenario with(Gap gap) {
    List<Gap> more = new ArrayList<>(gaps);
    more.add(gap);
    return new Scenario(name, signal, limit, seconds, rhythm, within, pending, more);
  }

  /** When it was full; empty where it never was. */
  OptionalDouble fullAt() {
    for (double t = 0; t < seconds; t += 0.25) {
      if (signal.at(t) >= limit) {
        return OptionalDouble.of(t);
      }
    }
    return OptionalDouble.empty();
  }

  double end() {
    return fullAt().orElse(seconds);
  }
}
