package io.bilgewatch.agent.alert;

import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.rule.Severity;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.Alert.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The lives of alerts: a condition that holds is pending until it has held long enough, fires, and
 * is resolved when it has been over for a while. By the monotonic clock; the wall clock is only
 * shown. Bounded: what there is no room for is counted.
 */
final class AlertBook {
  /** Prometheus tells of a resolved alert for as long. */
  static final Duration RESOLVED_KEPT = Duration.ofMinutes(15);

  private final int most;
  private final Map<Key, Entry> entries = new HashMap<>();

  /** What makes two findings one alert. */
  private record Key(AlertRule rule, Map<String, String> labels) {}

  /** One alert as it was last, with what times it by the monotonic clock. */
  private record Entry(Alert alert, long sinceNanos, long lastNanos) {}

  AlertBook(int most) {
    this.most = most;
  }

  /** Takes what holds now; returns how many findings there was no room for. */
  long next(List<Finding> findings, Instant at, long nanos) {
    Set<Key> held = new HashSet<>();
    long left = 0;
    Set<Severity> hopeless = EnumSet.noneOf(Severity.class);
    for (Finding finding : findings) {
      Key key = new Key(finding.rule(), finding.labels());
      Entry known = entries.get(key);
      boolean full = known == null && entries.size() >= most;
      Severity severity = finding.rule().severity();
      if (full && (hopeless.contains(severity) || !makeRoom(finding.rule()))) {
        hopeless.add(severity);
        left++;
      } else if (held.add(key)) {
        entries.put(key, holds(finding, known, at, nanos));
      }
    }
    letGo(held, at, nanos);
    return left;
  }

  /** A resolved one goes first, then one of a lesser severity. */
  private boolean makeRoom(AlertRule rule) {
    Optional<Key> least =
        entries.entrySet().stream()
            .filter(e ->
                e.getValue().alert().state() == State.RESOLVED
                    || e.getKey().rule().severity().compareTo(rule.severity()) > 0)
            .max(
                Comparator.comparing(
                        (Map.Entry<Key, Entry> e) -> e.getValue().alert().state() == State.RESOLVED)
                    .thenComparing(e -> e.getKey().rule().severity())
                    .thenComparingInt(e -> rank(e.getValue().alert())))
            .map(Map.Entry::getKey);
    least.ifPresent(entries::remove);
    return least.isPresent();
  }

  private static int rank(Alert alert) {
    return switch (alert.state()) {
      case FIRING -> 0;
      case PENDING -> 1;
      case RESOLVED -> 2;
    };
  }

  private static Entry holds(Finding finding, Entry known, Instant at, long nanos) {
    boolean begins = known == null || known.alert().state() == State.RESOLVED;
    long since = begins ? nanos : known.sinceNanos();
    Instant activeAt = begins ? at : known.alert().activeAt();
    boolean fires =
        (!begins && known.alert().isFiring())
            || nanos - since >= finding.rule().pendingFor().toNanos();
    Optional<Instant> firedAt =
        fires ? Optional.of(begins ? at : known.alert().firedAt().orElse(at)) : Optional.empty();
    Alert alert =
        new Alert(
            finding.rule(),
            finding.labels(),
            fires ? State.FIRING : State.PENDING,
            activeAt,
            firedAt,
            Optional.empty(),
            finding.summary(),
            finding.description());
    return new Entry(alert, since, nanos);
  }

  /** What no longer holds: a pending one is nothing, a firing one stays for a while. */
  private void letGo(Set<Key> held, Instant at, long nanos) {
    for (Iterator<Map.Entry<Key, Entry>> each = entries.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<Key, Entry> one = each.next();
      if (held.contains(one.getKey())) {
        continue;
      }
      Entry entry = one.getValue();
      Duration over = Duration.ofNanos(nanos - entry.lastNanos());
      switch (entry.alert().state()) {
        case PENDING -> each.remove();
        case FIRING -> {
          if (over.compareTo(one.getKey().rule().keepFiringFor()) >= 0) {
            one.setValue(new Entry(entry.alert().resolved(at), entry.sinceNanos(), nanos));
          }
        }
        case RESOLVED -> {
          if (over.compareTo(RESOLVED_KEPT) >= 0) {
            each.remove();
          }
        }
      }
    }
  }

  /** Firing before pending before resolved, the severest first. */
  List<Alert> alerts() {
    List<Alert> all = new ArrayList<>();
    entries.values().forEach(entry -> all.add(entry.alert()));
    all.sort(
        Comparator.comparingInt(AlertBook::rank)
            .thenComparing(alert -> alert.rule().severity())
            .thenComparing(Alert::rule)
            .thenComparing(alert -> String.join("\n", alert.labels().values())));
    return all;
  }
}
