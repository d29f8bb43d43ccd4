package io.bilgewatch.agent.web;

import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.web.StatusPage.Health;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The view as the landing page wants it. */
public final class StatusPages {
  private StatusPages() {}

  public static StatusPage of(String version, Duration uptime, Optional<HostView> view) {
    return new StatusPage(
        version,
        uptime,
        notice(view),
        view.map(HostView::containers).orElse(List.of()).stream().map(StatusPages::row).toList(),
        view.map(v -> v.collectors().stream().map(c -> collector(c, v.at())).toList())
            .orElse(List.of()));
  }

  private static Optional<String> notice(Optional<HostView> view) {
    if (view.isEmpty()) {
      return Optional.of("The host has not been read yet.");
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
        view.tmpfs().map(_ -> space(view.tmpfsRead())),
        view.risk().map(TmpfsRisk::ratio),
        view.memory().map(MemoryUsage::usageBytes),
        view.memory().map(MemoryUsage::limit));
  }

  private static StatusPage.Space space(List<TmpfsUsage> mounts) {
    List<TmpfsUsage> writable =
        mounts.stream().filter(mount -> !mount.readOnly() && !mount.isEngines()).toList();
    return new StatusPage.Space(
        writable.stream().mapToLong(mount -> mount.usedBytes().orElse(0)).sum(),
        writable.stream()
            .mapToLong(mount -> mount.size() instanceof Limit.Bytes(long size) ? size : 0)
            .sum());
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
}
