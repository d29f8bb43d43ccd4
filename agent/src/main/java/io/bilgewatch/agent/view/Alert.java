package io.bilgewatch.agent.view;

import io.bilgewatch.agent.rule.AlertRule;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One alert: a rule and what it is about. An inactive one is not there at all.
 *
 * @param labels in order: the container's two, and the rule's own; not {@code alertname}, {@code
 *     severity} and {@code instance}
 * @param activeAt since when the condition holds
 * @param firedAt since when it fires; empty while pending
 * @param resolvedAt since when it is over; empty while it is not
 * @param summary what and where and how soon, in one line
 * @param description what is known beside, and what to do
 */
public record Alert(
    AlertRule rule,
    Map<String, String> labels,
    State state,
    Instant activeAt,
    Optional<Instant> firedAt,
    Optional<Instant> resolvedAt,
    String summary,
    String description) {

  /** Where an alert is in its life. */
  public enum State {
    PENDING,
    FIRING,
    RESOLVED;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Alert {
    Objects.requireNonNull(rule, "rule");
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    if ((state != State.PENDING) != firedAt.isPresent()) {
      throw new IllegalArgumentException("fired at " + firedAt + " and " + state);
    }
    if ((state == State.RESOLVED) != resolvedAt.isPresent()) {
      throw new IllegalArgumentException("resolved at " + resolvedAt + " and " + state);
    }
  }

  public boolean isFiring() {
    return state == State.FIRING;
  }

  /** The same, over since then. */
  public Alert resolved(Instant at) {
    return new Alert(
        rule, labels, State.RESOLVED, activeAt, firedAt, Optional.of(at), summary, description);
  }
}
