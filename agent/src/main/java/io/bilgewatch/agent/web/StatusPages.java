package io.bilgewatch.agent.web;

import io.bilgewatch.agent.event.HostEvent;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.PushStatus;
import io.bilgewatch.agent.web.StatusPage.Health;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LayerUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The view as the landing page wants it. */
public final class StatusPages {
  private StatusPages() {}

  /** The rest is to be had as JSON. */
  private static final int MOST_EVENTS = 20;

  private static final int MOST_ALERTS = 50;

  /** Figures older than that are not what a reader takes them for. */
  private static final Duration OLD = Duration.ofSeconds(15);

  /**
   * @param now by which it is told how old things are
   */
  public static StatusPage of(
      String version, Duration uptime, Optional<HostView> view, Instant now) {
    return new StatusPage(
        version,
        uptime,
        notice(view, now),
        view.filter(v -> v.alerting().evaluated()).map(v -> warnings(v, now)),
        view.map(HostView::containers).orElse(List.of()).stream().map(StatusPages::row).toList(),
        view.map(v -> happenings(v, now)).orElse(List.of()),
        view.map(v ->
                Stream.concat(
                        v.collectors().stream().map(c -> collector(c, now)),
                        v.alerting().pushes().stream().map(p -> push(p, now)))
                    .toList())
            .orElse(List.of()));
  }

  private static Optional<String> notice(Optional<HostView> view, Instant now) {
    if (view.isEmpty()) {
      return Optional.of("The host has not been read yet.");
    }
    Duration age = Duration.between(view.get().at(), now);
    if (age.compareTo(OLD) > 0) {
      return Optional.of(
          "These figures are " + Humanly.duration(age) + " old. The agent's log says why.");
    }
    List<String> problems =
        view.get().dataRoots().entrySet().stream()
            .filter(entry -> !entry.getValue().isPresent())
            .map(entry -> entry.getKey() + ": " + detail(entry.getValue()))
            .toList();
    if (!problems.isEmpty()) {
      return Optional.of(
          "Data root " + String.join("; ", problems) + ". Run bilgewatch diagnose on the host.");
    }
    return view.get().dataRoots().isEmpty()
        ? Optional.of("No Docker data root was found. Run bilgewatch diagnose on the host.")
        : Optional.empty();
  }

  private static String detail(Reading<?> reading) {
    return reading instanceof Reading.Missing<?>(_, String detail) ? detail : "";
  }

  private static StatusPage.Row row(ContainerView view) {
    return new StatusPage.Row(
        view.name(),
        view.id(),
        view.running() ? "running" : "stopped",
        view.running(),
        view.rootReadOnly(),
        view.layer().map(LayerUsage::allocatedBytes),
        view.tmpfsSpace().map(space -> new StatusPage.Space(space.used(), space.size())),
        view.risk().map(TmpfsRisk::ratio),
        view.memory().map(MemoryUsage::usageBytes),
        view.memory().map(MemoryUsage::limit));
  }

  private static List<StatusPage.Happening> happenings(HostView view, Instant now) {
    return view.events().recent().stream()
        .limit(MOST_EVENTS)
        .map(logged ->
            new StatusPage.Happening(
                Duration.between(logged.last(), now),
                logged.event().whose().text(),
                words(logged.event()),
                health(logged.event()),
                logged.event().text(),
                logged.times(),
                logged.before()))
        .toList();
  }

  private static List<StatusPage.Warning> warnings(HostView view, Instant now) {
    return view.alerting().alerts().stream()
        .filter(alert -> alert.state() != Alert.State.RESOLVED)
        .limit(MOST_ALERTS)
        .map(alert ->
            new StatusPage.Warning(
                alert.rule().label(),
                alert.rule().severity().label(),
                switch (alert.rule().severity()) {
                  case CRITICAL -> Health.BAD;
                  case WARNING -> Health.LIMITED;
                  case INFO -> Health.GOOD;
                },
                alert.isFiring(),
                Duration.between(alert.activeAt(), now),
                alert.summary(),
                alert.description()))
        .toList();
  }

  /** What was only logged was not denied. */
  private static String words(HostEvent event) {
    return event instanceof HostEvent.Denied denied && !denied.blocked()
        ? "LSM, only logged"
        : event.kind().words();
  }

  private static Health health(HostEvent event) {
    return switch (event) {
      case HostEvent.OomKilled _ -> Health.BAD;
      case HostEvent.Denied denied -> denied.blocked() ? Health.LIMITED : Health.GOOD;
      case HostEvent.WriteFailed _, HostEvent.KernelLogLost _ -> Health.LIMITED;
    };
  }

  private static StatusPage.Collector collector(CollectorStatus status, Instant now) {
    Health health =
        switch (status.outcome()) {
          case COLLECTED, PENDING -> Health.GOOD;
          case UNSUPPORTED -> Health.LIMITED;
          case FAILED, STUCK -> Health.BAD;
        };
    String outcome =
        status.detail().isEmpty()
            ? status.outcome().label()
            : status.outcome().label() + ": " + status.detail();
    return new StatusPage.Collector(
        status.name(), health, outcome, status.lastSuccess().map(at -> Duration.between(at, now)));
  }

  private static StatusPage.Collector push(PushStatus push, Instant now) {
    Health health = push.state() == PushStatus.State.DOWN ? Health.BAD : Health.GOOD;
    return new StatusPage.Collector(
        "push to " + push.url(),
        health,
        push.problem().orElse(push.state().name().toLowerCase(Locale.ROOT)),
        push.lastSuccess().map(at -> Duration.between(at, now)));
  }
}
