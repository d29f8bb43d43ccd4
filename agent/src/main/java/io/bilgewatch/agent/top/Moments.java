package io.bilgewatch.agent.top;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What happened to each container since the program began, as far as two views differ in it: starts
 * and ends, growth, and alerts. What is an event of the view itself is not told again.
 */
final class Moments {
  /** Of one container. */
  static final int MOST = 10;

  private Map<String, Known> known = Map.of();
  private boolean begun;

  /** What a container was like, and what was seen of it. */
  private record Known(
      boolean running,
      Optional<Instant> startedAt,
      boolean growing,
      Map<Object, Alert> alerts,
      Deque<Moment> moments) {}

  /** Takes a view; what was known of containers that are gone is forgotten. */
  void take(HostView view) {
    Map<String, Known> now = HashMap.newHashMap(view.containers().size());
    Map<String, Map<Object, Alert>> alerts = alerts(view);
    for (ContainerView container : view.containers()) {
      Known before = known.get(container.id());
      Known is =
          new Known(
              container.running(),
              container.container().state().startedAt(),
              growth(container, view).filter(Growth::isGrowing).isPresent(),
              alerts.getOrDefault(container.container().state().shortId(), Map.of()),
              before == null ? new ArrayDeque<>() : before.moments());
      if (before != null) {
        compare(before, is, container, view);
      } else if (begun) {
        add(is, view.at(), Style.PLAIN, container.running() ? "started" : "created");
      }
      now.put(container.id(), is);
    }
    known = now;
    begun = true;
  }

  private static Optional<Growth> growth(ContainerView container, HostView view) {
    return view.outlook().of(container.id()).layer().optional();
  }

  /** By the short id of the container that they are about, and by what makes one another. */
  private static Map<String, Map<Object, Alert>> alerts(HostView view) {
    Map<String, Map<Object, Alert>> all = new HashMap<>();
    for (Alert alert : view.alerting().alerts()) {
      // A broken contract is an event too.
      if (alert.state() != Alert.State.RESOLVED && alert.rule() != AlertRule.CONTRACT_VIOLATED) {
        all.computeIfAbsent(alert.labels().getOrDefault("container_id", ""), _ -> new HashMap<>())
            .put(List.of(alert.rule(), alert.labels()), alert);
      }
    }
    return all;
  }

  private static void compare(Known before, Known is, ContainerView container, HostView view) {
    Instant at = view.at();
    if (before.running() && !is.running()) {
      add(is, at, Style.WARNING, "ended");
    } else if (is.running() && !before.running()) {
      add(is, at, Style.PLAIN, "started");
    } else if (is.running() && !is.startedAt().equals(before.startedAt())) {
      add(is, at, Style.WARNING, "ended, and was started again");
    }
    if (is.growing() && !before.growing()) {
      double rate = growth(container, view).orElseThrow().bytesPerSecond();
      add(is, at, Style.NOTABLE, "its layer grows by " + Figures.rate(rate));
    } else if (before.growing() && !is.growing()) {
      add(is, at, Style.PLAIN, "its layer no longer grows");
    }
    is.alerts()
        .forEach((key, alert) -> {
          if (!before.alerts().containsKey(key)) {
            Style style = Cells.style(alert.rule().severity());
            add(is, at, style, alert.rule().label() + ": " + alert.summary());
          }
        });
    before
        .alerts()
        .forEach((key, alert) -> {
          if (!is.alerts().containsKey(key)) {
            add(is, at, Style.GOOD, alert.rule().label() + " is over");
          }
        });
  }

  private static void add(Known known, Instant at, Style style, String text) {
    known.moments().addFirst(new Moment(at, style, text));
    if (known.moments().size() > MOST) {
      known.moments().removeLast();
    }
  }

  /** The last of a container, the newest first, with what the view tells of it. */
  List<Moment> of(ContainerView container, HostView view) {
    Known seen = known.get(container.id());
    Stream<Moment> told =
        view.events().recent().stream()
            .filter(logged -> logged.event().whose().containerId().equals(container.id()))
            .limit(MOST)
            .map(Moment::of);
    List<Moment> all = new ArrayList<>(seen == null ? List.of() : seen.moments());
    all.addAll(told.toList());
    all.sort(Comparator.comparing(Moment::at).reversed());
    return List.copyOf(all.subList(0, Math.min(MOST, all.size())));
  }
}
