package io.bilgewatch.agent.alert;

import io.bilgewatch.agent.Made;
import io.bilgewatch.agent.MadeView;
import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.event.HostEvent;
import io.bilgewatch.agent.event.LastEvent;
import io.bilgewatch.agent.event.LoggedEvent;
import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.Alerting;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.BackingFilesystem;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A host with one container whose every figure can be set, and the alerts' clock. */
final class Scenario {
  static final long MIB = 1 << 20;
  static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");

  /** Of the one container. */
  static final String ID = "%064x".formatted(0xc0ffee);

  private final Alerts alerts;
  private long seconds = 1_000;

  String more = "";
  boolean readOnly;
  boolean running = true;
  Reading<LayerUsage> layer = Reading.of(layer(4096, 0, 1, 0));
  Reading<LayerUsage.Quota> quota = Reading.notApplicable("none");
  List<TmpfsUsage> tmpfs = new ArrayList<>();
  Reading<TmpfsRisk> risk = Reading.of(new TmpfsRisk(64 * MIB, 1024 * MIB));
  Reading<Growth> growth = Reading.of(new Growth(Growth.Shape.FLAT, 0, Duration.ofMinutes(10)));
  OptionalDouble oomSeconds = OptionalDouble.empty();
  OptionalDouble fullSeconds = OptionalDouble.empty();
  long avail = 50_000 * MIB;
  long inodesFree = 900;
  List<Outlook.Share> shares = new ArrayList<>();
  List<LastEvent> last = new ArrayList<>();
  List<LoggedEvent> recent = new ArrayList<>();
  CollectorStatus.Outcome collector = CollectorStatus.Outcome.COLLECTED;
  boolean gone;

  Scenario() {
    this(Configuration.defaults().alerts());
  }

  Scenario(Configuration.Alerts settings) {
    this.alerts = new Alerts(settings, new LabelText(256));
  }

  static LayerUsage layer(long allocated, long apparent, long inodes, long executables) {
    return layer(allocated, apparent, inodes, executables, BEGAN.plusSeconds(1_000));
  }

  static LayerUsage layer(
      long allocated, long apparent, long inodes, long executables, Instant measuredAt) {
    return new LayerUsage(
        allocated,
        apparent,
        inodes,
        Optional.empty(),
        0,
        executables,
        List.of(new LayerUsage.DirectoryUsage(KernelPath.of("/var/cache"), allocated / 2)),
        measuredAt,
        measuredAt,
        true,
        Duration.ofMillis(1),
        true);
  }

  static TmpfsUsage tmpfs(String path, long used, long size, boolean bounded) {
    return new TmpfsUsage(
        KernelPath.of(path),
        "0:77",
        Limit.bytes(size),
        OptionalLong.of(used),
        OptionalLong.empty(),
        OptionalLong.empty(),
        bounded,
        false);
  }

  static Growth growing(double bytesPerSecond) {
    return new Growth(Growth.Shape.GROWING, bytesPerSecond, Duration.ofMinutes(10));
  }

  Instant now() {
    return BEGAN.plusSeconds(seconds);
  }

  void happened(HostEvent.Kind kind, String reason) {
    last.add(new LastEvent(kind, "made", ID, reason, now()));
  }

  /** One evaluation now. */
  Alerting look() {
    return alerts.next(view(), seconds * 1_000_000_000L);
  }

  /** The view with what is thought about it. */
  HostView judged() {
    return view().with(look());
  }

  /** An evaluation each second for so long; the last one is answered. */
  Alerting passes(long howMany) {
    Alerting alerting = Alerting.NONE;
    for (long i = 0; i < howMany; i++) {
      seconds++;
      alerting = look();
    }
    return alerting;
  }

  static List<Alert> of(Alerting alerting, AlertRule rule) {
    return alerting.alerts().stream().filter(alert -> alert.rule() == rule).toList();
  }

  private HostView view() {
    Container container = Made.container(Path.of("/data"), true, more, Reading.notApplicable("-"));
    ContainerView view =
        MadeView.of(container)
            .rootReadOnly(running ? Reading.of(readOnly) : Reading.notApplicable("does not run"))
            .layer(layer)
            .quota(quota)
            .tmpfs(tmpfs.stream().map(Reading::of).toList())
            .risk(risk)
            .make();
    Map<KernelPath, Outlook.OfTmpfs> mounts = new HashMap<>();
    tmpfs.forEach(
        one -> mounts.put(one.mountPoint(), new Outlook.OfTmpfs(growth, OptionalDouble.empty())));
    KernelPath mountPoint = KernelPath.of("/data");
    return HostView.read(
            now(),
            gone ? List.of() : List.of(view),
            Map.of(),
            Map.of(),
            List.of(
                new BackingFilesystem(
                    mountPoint,
                    "/dev/vdb",
                    "ext4",
                    100_000 * MIB,
                    avail,
                    OptionalLong.of(1_000),
                    OptionalLong.of(inodesFree))),
            Reading.notApplicable("not asked"),
            Reading.notApplicable("not asked"),
            new Events(List.of(), recent, last, Map.of(), Map.of(), Map.of(), List.of()),
            List.of(
                new CollectorStatus(
                    "layers", collector, "why", Duration.ZERO, Duration.ZERO, Optional.empty())))
        .with(
            new Outlook(
                Map.of(
                    ID,
                    new Outlook.OfContainer(growth, OptionalDouble.empty(), mounts, oomSeconds)),
                Map.of(mountPoint, new Outlook.OfFilesystem(growth, fullSeconds, shares))));
  }
}
