package io.bilgewatch.agent.push;

import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.Alert.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one Alertmanager is to be told: not a queue of messages but each alert's present state and
 * when it was told last, so that an outage of any length leaves one message for each alert. Times
 * are of a clock that nobody sets.
 */
final class Ledger {
  /** A refused alert may be taken once Alertmanager itself has changed. */
  private static final Duration REFUSED_FOR = Duration.ofHours(1);

  private static final Comparator<Told> MOST_WANTED_FIRST =
      Comparator.comparing((Told told) -> told.alone)
          .thenComparing(told -> told.alert.rule().severity())
          .thenComparing(told -> !told.alert.isFiring())
          .thenComparingLong(told -> told.dueAt);

  private final Map<Identity, Told> told = new HashMap<>();
  private final Duration resendInterval;
  private final Duration resolveDelay;
  private final int most;
  private long dropped;

  /**
   * @param resolveDelay how long after its end an alert is told to be over. Prometheus' rules,
   *     which may tell the same Alertmanager, see the end up to a scrape and an evaluation later:
   *     what they send meanwhile would make it fire again, and be told of again
   * @param most alerts; beyond it the oldest of those that are over are forgotten
   */
  Ledger(Duration resendInterval, Duration resolveDelay, int most) {
    this.resendInterval = resendInterval;
    this.resolveDelay = resolveDelay;
    this.most = most;
  }

  /** One alert and what Alertmanager knows of it. */
  static final class Told {
    private Alert alert;
    private long dueAt;

    /** Not before that, whatever else there is to send. */
    private long heldUntil;

    /** Whether Alertmanager may take it for firing: only then it is told that it is over. */
    private boolean heard;

    private boolean toldOver;
    private boolean alone;
    private boolean refused;

    private Told(Alert alert, long now) {
      this.alert = alert;
      this.dueAt = now;
      this.heldUntil = now;
    }

    Alert alert() {
      return alert;
    }

    /** Whether it is sent by itself, since it may be what a request was refused for. */
    boolean isAlone() {
      return alone;
    }

    private void see(Alert seen, long now, Duration resolveDelay) {
      boolean changed = seen.state() != alert.state() || !seen.firedAt().equals(alert.firedAt());
      alert = seen;
      if (changed) {
        heldUntil = seen.isFiring() ? now : now + resolveDelay.toNanos();
        dueAt = heldUntil;
        alone = false;
        refused = false;
        toldOver = false;
      }
    }

    private boolean isDue(long now) {
      return dueAt - now <= 0;
    }
  }

  /** Takes the present state of all alerts. */
  void update(Map<Identity, Alert> alerts, Instant at, long now) {
    alerts.forEach((identity, alert) -> {
      Told known = told.get(identity);
      if (known != null) {
        known.see(alert, now, resolveDelay);
      } else if (alert.isFiring()) {
        told.put(identity, new Told(alert, now));
      }
    });
    told.entrySet()
        .removeIf(entry -> isOver(entry.getValue(), alerts.containsKey(entry.getKey()), at, now));
    forgetOldest();
  }

  private boolean isOver(Told known, boolean present, Instant at, long now) {
    if (!present && known.alert.isFiring()) {
      known.see(known.alert.resolved(at), now, resolveDelay);
    }
    boolean resolved = known.alert.state() == State.RESOLVED;
    return resolved && (!known.heard || (known.toldOver && !present));
  }

  private void forgetOldest() {
    int tooMany = told.size() - most;
    if (tooMany > 0) {
      List<Identity> oldest =
          told.entrySet().stream()
              .filter(entry -> entry.getValue().alert.resolvedAt().isPresent())
              .sorted(
                  Comparator.comparing(entry -> entry.getValue().alert.resolvedAt().orElseThrow()))
              .limit(tooMany)
              .map(Map.Entry::getKey)
              .toList();
      oldest.forEach(told::remove);
      dropped += oldest.size();
    }
  }

  /** What is to be sent now in one request, the most important first. */
  List<Told> due(long now, int atMost) {
    List<Told> due =
        told.values().stream()
            .filter(known -> known.isDue(now))
            .sorted(MOST_WANTED_FIRST)
            .limit(atMost)
            .toList();
    return !due.isEmpty() && due.getFirst().alone
        ? due.subList(0, 1)
        : due.stream().takeWhile(known -> !known.alone).toList();
  }

  /** How many are to be sent now. */
  int waiting(long now) {
    return (int) told.values().stream().filter(known -> known.isDue(now)).count();
  }

  /** How long until the next is to be sent. */
  Optional<Duration> untilNext(long now) {
    return told.values().stream()
        .map(known -> Duration.ofNanos(Math.max(0, known.dueAt - now)))
        .min(Comparator.naturalOrder());
  }

  void taken(List<Told> batch, long now) {
    for (Told known : batch) {
      known.heard |= known.alert.isFiring();
      known.toldOver = !known.alert.isFiring();
      known.alone = false;
      known.refused = false;
      known.dueAt = now + resendInterval.toNanos();
    }
  }

  /** Nobody knows what Alertmanager made of these. */
  void maybeTaken(List<Told> batch) {
    batch.forEach(known -> known.heard |= known.alert.isFiring());
  }

  /** Alertmanager may have forgotten everything. */
  void tellAllAgain(long now) {
    told.values().stream()
        .filter(known -> !known.refused)
        .forEach(known -> known.dueAt = Math.max(now, known.heldUntil));
  }

  /** One of these is what Alertmanager refuses. */
  void sendAlone(List<Told> batch) {
    batch.forEach(known -> known.alone = true);
  }

  /** Rests until it changes. */
  void refused(Told known, long now) {
    dropped += known.refused ? 0 : 1;
    known.refused = true;
    known.alone = true;
    known.toldOver = !known.alert.isFiring();
    known.dueAt = now + REFUSED_FOR.toNanos();
  }

  boolean anyRefused() {
    return told.values().stream().anyMatch(known -> known.refused);
  }

  long dropped() {
    return dropped;
  }

  int size() {
    return told.size();
  }
}
