package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.PushStatus;
import io.bilgewatch.agent.web.page.StatusPage.Happening;
import io.bilgewatch.agent.web.page.StatusPage.Health;
import io.bilgewatch.agent.web.page.StatusPage.Warning;
import io.bilgewatch.kernel.Reading;
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
    Optional<Vessels> vessels = view.map(v -> new Vessels(v, now));
    return new StatusPage(
        version,
        uptime,
        view.map(v -> Duration.between(v.at(), now)),
        notice(view, now),
        view.filter(v -> v.alerting().evaluated()).map(v -> warnings(v, vessels.get().words())),
        vessels.map(Vessels::all).orElse(List.of()),
        view.map(StatusPages::disks).orElse(List.of()),
        view.map(v -> happenings(v, vessels.get().words())).orElse(List.of()),
        view.map(v -> collectors(v, now)).orElse(List.of()));
  }

  private static List<StatusPage.Disk> disks(HostView view) {
    return view.filesystems().stream()
        .map(disk -> new StatusPage.Disk(disk, view.outlook().of(disk.mountPoint())))
        .toList();
  }

  private static List<Happening> happenings(HostView view, Words words) {
    return view.events().recent().stream().limit(MOST_EVENTS).map(words::of).toList();
  }

  private static List<StatusPage.Collector> collectors(HostView view, Instant now) {
    return Stream.concat(
            view.collectors().stream().map(c -> collector(c, now)),
            view.alerting().pushes().stream().map(p -> push(p, now)))
        .toList();
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

  private static List<Warning> warnings(HostView view, Words words) {
    return view.alerting().alerts().stream()
        .filter(alert -> alert.state() != Alert.State.RESOLVED)
        .limit(MOST_ALERTS)
        .map(words::of)
        .toList();
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
