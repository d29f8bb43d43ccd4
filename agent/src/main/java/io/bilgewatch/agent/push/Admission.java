package io.bilgewatch.agent.push;

import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.Alert.State;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which alerts are pushed at all: no pending ones, one of each identity, and at most so many that
 * fire, the critical ones and then the oldest first. The bound keeps memory and Alertmanager from
 * what a host with a hundred thousand odd mounts would do to them.
 */
final class Admission {
  private static final Comparator<Alert> MOST_WANTED_FIRST =
      Comparator.comparing((Alert alert) -> alert.rule().severity())
          .thenComparing(alert -> alert.firedAt().orElseThrow());

  private final int most;
  private Set<Identity> leftOut = Set.of();
  private long dropped;

  Admission(int most) {
    this.most = most;
  }

  /** Of all alerts those that count, in the order of their importance. */
  synchronized Map<Identity, Alert> admit(List<Alert> alerts) {
    Map<Identity, Alert> admitted = new LinkedHashMap<>();
    alerts.stream()
        .filter(alert -> alert.state() == State.RESOLVED)
        .limit(most)
        .forEach(alert -> admitted.put(Identity.of(alert), alert));
    List<Alert> firing = alerts.stream().filter(Alert::isFiring).toList();
    if (firing.size() > most) {
      firing = firing.stream().sorted(MOST_WANTED_FIRST).toList();
    }
    // After the resolved ones: what fires again is not over.
    firing.stream().limit(most).forEach(alert -> admitted.put(Identity.of(alert), alert));
    leaveOut(firing.subList(Math.min(most, firing.size()), firing.size()));
    return Collections.unmodifiableMap(admitted);
  }

  /** How many alerts were left out so far, each once for as long as it is. */
  synchronized long dropped() {
    return dropped;
  }

  private void leaveOut(List<Alert> alerts) {
    Set<Identity> now = new HashSet<>();
    for (Alert alert : alerts) {
      Identity identity = Identity.of(alert);
      if (now.add(identity) && !leftOut.contains(identity)) {
        dropped++;
      }
    }
    leftOut = now;
  }
}
