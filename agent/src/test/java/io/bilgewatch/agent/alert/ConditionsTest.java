package io.bilgewatch.agent.alert;

import static io.bilgewatch.agent.alert.Scenario.ID;
import static io.bilgewatch.agent.alert.Scenario.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.event.HostEvent;
import io.bilgewatch.agent.event.LastEvent;
import io.bilgewatch.agent.event.LoggedEvent;
import io.bilgewatch.agent.event.Whose;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.kernel.WriteErrno;
import io.bilgewatch.oom.OomCause;
import io.bilgewatch.overlay.LayerUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule once over its threshold and once just not, with its labels and its words. */
class ConditionsTest {
  private final Scenario host = new Scenario();

  private static Arguments row(
      AlertRule rule, Consumer<Scenario> holds, Consumer<Scenario> notQuite, String says) {
    return Arguments.of(rule, holds, notQuite, says);
  }

  static Stream<Arguments> rules() {
    return Stream.of(
        row(
            AlertRule.WRITABLE_LAYER_GROWING,
            h -> h.growth = Reading.of(Scenario.growing(200 << 10)),
            h -> h.growth = Reading.of(Scenario.growing(100 << 10)),
            "made: the writable layer grows 200 KiB/s and holds 4.0 KiB"),
        row(
            AlertRule.WRITABLE_LAYER_LARGE,
            h -> h.layer = Reading.of(Scenario.layer(6_000 * MIB, 1, 1, 0)),
            h -> h.layer = Reading.of(Scenario.layer(5_120 * MIB, 1, 1, 0)),
            "made: the writable layer holds 5.9 GiB"),
        row(
            AlertRule.WRITABLE_LAYER_LARGE,
            h -> {
              h.layer = Reading.of(Scenario.layer(90 * MIB, 1, 1, 0));
              h.quota = Reading.of(new LayerUsage.Quota(100 * MIB, OptionalLong.empty()));
            },
            h -> {
              h.layer = Reading.of(Scenario.layer(80 * MIB, 1, 1, 0));
              h.quota = Reading.of(new LayerUsage.Quota(100 * MIB, OptionalLong.empty()));
            },
            "made: the writable layer holds 90.0 MiB, 90 % of its quota"),
        row(
            AlertRule.DOCKER_FILESYSTEM_FILLING,
            h -> h.fullSeconds = OptionalDouble.of(7_260),
            h -> h.fullSeconds = OptionalDouble.of(86_400),
            "/data will be full in about 2h 1m"),
        row(
            AlertRule.DOCKER_FILESYSTEM_ALMOST_FULL,
            h -> h.avail = 4_999 * MIB,
            h -> h.avail = 5_000 * MIB,
            "/data has hardly any space left"),
        row(
            AlertRule.DOCKER_FILESYSTEM_ALMOST_FULL,
            h -> h.inodesFree = 49,
            h -> h.inodesFree = 50,
            "/data has hardly any inodes left"),
        row(
            AlertRule.DOCKER_FILESYSTEM_ALMOST_FULL,
            h -> h.fullSeconds = OptionalDouble.of(599),
            h -> h.fullSeconds = OptionalDouble.of(600),
            "/data will be full in about 9m 59s"),
        row(
            AlertRule.TMPFS_ALMOST_FULL,
            h -> h.tmpfs.add(Scenario.tmpfs("/cache", 91 * MIB, 100 * MIB, true)),
            h -> h.tmpfs.add(Scenario.tmpfs("/cache", 90 * MIB, 100 * MIB, true)),
            "made: /cache holds 91.0 MiB of 100 MiB"),
        row(
            AlertRule.TMPFS_UNBOUNDED,
            h -> h.tmpfs.add(Scenario.tmpfs("/cache", 0, 100 * MIB, false)),
            h -> h.tmpfs.add(Scenario.tmpfs("/sys/fs/cgroup", 0, 100 * MIB, false)),
            "made: nobody set a size for /cache"),
        row(
            AlertRule.TMPFS_OOM_RISK,
            h -> {
              h.tmpfs.add(Scenario.tmpfs("/cache", 30 * MIB, 200 * MIB, true));
              h.risk = Reading.of(new TmpfsRisk(170 * MIB, 100 * MIB));
            },
            h -> {
              // Docker's default /dev/shm below a small limit: nothing is in it.
              h.tmpfs.add(Scenario.tmpfs("/dev/shm", 0, 64 * MIB, true));
              h.risk = Reading.of(new TmpfsRisk(64 * MIB, 32 * MIB));
            },
            "made: filling /cache would end in an OOM kill, not in ENOSPC"),
        row(
            AlertRule.TMPFS_OOM_IMMINENT,
            h -> {
              h.tmpfs.add(Scenario.tmpfs("/cache", 30 * MIB, 200 * MIB, true));
              h.growth = Reading.of(Scenario.growing(2 * MIB));
              h.oomSeconds = OptionalDouble.of(40);
            },
            h -> h.oomSeconds = OptionalDouble.of(600),
            "made: /cache grows 2.0 MiB/s; OOM kill in about 40s"),
        row(
            AlertRule.CONTAINER_OOM_KILLED,
            h -> h.happened(HostEvent.Kind.OOM_KILL, "tmpfs"),
            h ->
                h.last.add(
                    new LastEvent(
                        HostEvent.Kind.OOM_KILL, "made", ID, "tmpfs", h.now().minusSeconds(600))),
            "made: the OOM killer ended a process of it"),
        row(
            AlertRule.WRITE_FAILING_ON_READ_ONLY_ROOT,
            h -> {
              h.readOnly = true;
              h.happened(HostEvent.Kind.WRITE_FAILURE, "EROFS");
              h.recent.add(failed(h, "/var/run/app.pid"));
            },
            h -> {
              h.readOnly = true;
              h.happened(HostEvent.Kind.WRITE_FAILURE, "EACCES");
            },
            "made: writes fail with EROFS: /var/run/app.pid"),
        row(
            AlertRule.WRITE_FAILING_ON_READ_ONLY_ROOT,
            h -> {
              h.readOnly = true;
              h.happened(HostEvent.Kind.WRITE_FAILURE, "EROFS");
            },
            h -> h.happened(HostEvent.Kind.WRITE_FAILURE, "EROFS"),
            "made: writes fail with EROFS"),
        row(
            AlertRule.LSM_DENIALS,
            h -> h.happened(HostEvent.Kind.LSM_DENIAL, "apparmor"),
            h -> h.happened(HostEvent.Kind.WRITE_FAILURE, "apparmor"),
            "made: apparmor refused something"),
        row(
            AlertRule.ROOTFS_WRITABLE,
            h -> h.more = label("bilgewatch.sealed", "true"),
            h -> {
              h.more = label("bilgewatch.sealed", "true");
              h.readOnly = true;
            },
            "made: its root is writable, and it is said to be sealed"),
        row(
            AlertRule.EXECUTABLE_IN_WRITABLE_LAYER,
            h -> h.layer = Reading.of(Scenario.layer(1, 1, 1, 2)),
            h -> h.layer = Reading.missing(Cause.PENDING, "not measured yet"),
            "made: 2 executable files in its writable layer that the image did not bring"),
        row(
            AlertRule.KERNEL_LOG_LOST,
            h -> h.last.add(new LastEvent(HostEvent.Kind.KERNEL_LOG_LOSS, "", "", "kmsg", h.now())),
            h -> {},
            "records of kmsg were lost"),
        row(
            AlertRule.COLLECTOR_FAILING,
            h -> h.collector = CollectorStatus.Outcome.STUCK,
            h -> h.collector = CollectorStatus.Outcome.UNSUPPORTED,
            "collector layers is stuck: figures are missing"));
  }

  static String label(String name, String value) {
    return "\"Config\":{\"Labels\":{\"%s\":\"%s\"}}".formatted(name, value);
  }

  private static LoggedEvent failed(Scenario host, String path) {
    HostEvent event =
        new HostEvent.WriteFailed(
            host.now(),
            new Whose.Container(ID, "made"),
            Optional.of(WriteErrno.EROFS),
            Optional.of(path),
            "app",
            HostEvent.WriteSource.LOG);
    return new LoggedEvent(event, false, 1, host.now());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void firesAfterItsTime(
      AlertRule rule, Consumer<Scenario> holds, Consumer<Scenario> notQuite, String says) {
    holds.accept(host);
    long wait = rule.pendingFor().toSeconds();
    List<Alert> before = Scenario.of(host.passes(Math.max(1, wait)), rule);
    assertEquals(wait > 0 ? Alert.State.PENDING : Alert.State.FIRING, before.getFirst().state());
    Alert alert = Scenario.of(host.passes(1), rule).getFirst();
    assertEquals(Alert.State.FIRING, alert.state());
    assertEquals(says, alert.summary());
    assertTrue(alert.description().length() > 40, alert.description());
    List<String> labels = new ArrayList<>();
    if (rule.scope() == AlertRule.Scope.CONTAINER) {
      labels.addAll(List.of("container", "container_id"));
      assertEquals(ID.substring(0, 12), alert.labels().get("container_id"));
    }
    labels.addAll(rule.ownLabels());
    assertEquals(labels, List.copyOf(alert.labels().keySet()));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void doesNotFireWhereItDoesNotQuiteHold(
      AlertRule rule, Consumer<Scenario> holds, Consumer<Scenario> notQuite, String says) {
    notQuite.accept(host);
    assertEquals(List.of(), Scenario.of(host.passes(rule.pendingFor().toSeconds() + 2), rule));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void canBeTurnedOffForOneContainer(
      AlertRule rule, Consumer<Scenario> holds, Consumer<Scenario> notQuite, String says) {
    holds.accept(host);
    if (rule.scope() == AlertRule.Scope.CONTAINER && host.more.isEmpty()) {
      host.more = label("bilgewatch.alert." + rule.label(), "off");
      assertEquals(List.of(), Scenario.of(host.passes(rule.pendingFor().toSeconds() + 2), rule));
    }
  }

  @Test
  void aQuietContainerRaisesNothing() {
    host.tmpfs.add(Scenario.tmpfs("/dev", 0, 64 << 10, true));
    host.tmpfs.add(Scenario.tmpfs("/dev/shm", 0, 64 * MIB, true));
    assertEquals(List.of(), host.passes(3_600).alerts());
  }

  @Test
  void whoFillsTheDiskIsNamedWithItsShare() {
    host.fullSeconds = OptionalDouble.of(600);
    host.shares.add(new Outlook.Share("greedy", "x", 2 * MIB, 0.83));
    host.shares.add(new Outlook.Share("modest", "y", 1024, 0.01));
    Alert alert = Scenario.of(host.passes(1), AlertRule.DOCKER_FILESYSTEM_FILLING).getFirst();
    assertTrue(
        alert.description().contains("greedy (2.0 MiB/s, 83 % of the growth)."),
        alert.description());
    assertTrue(!alert.description().contains("modest"), alert.description());
  }

  @Test
  void aRestartLoopNamesItsLikelyCause() {
    host.more = "\"RestartCount\":7";
    assertEquals(List.of(), host.passes(30).alerts(), "that it had before is no loop");
    host.more = "\"RestartCount\":9";
    assertEquals(List.of(), host.passes(30).alerts());
    host.more = "\"RestartCount\":10";
    host.happened(HostEvent.Kind.WRITE_FAILURE, "EROFS");
    host.happened(HostEvent.Kind.OOM_KILL, "tmpfs");
    host.recent.add(
        new LoggedEvent(
            new HostEvent.OomKilled(
                host.now(),
                new Whose.Container(ID, "made"),
                OomCause.TMPFS,
                "dd",
                OptionalInt.of(1),
                Optional.of("/cache"),
                ""),
            false,
            1,
            host.now()));
    Alert alert = Scenario.of(host.passes(1), AlertRule.CONTAINER_RESTART_LOOP).getFirst();
    assertEquals("made: 3 restarts in ten minutes; likely cause: an OOM kill", alert.summary());
    assertTrue(alert.description().contains("/cache above all"), alert.description());
    assertEquals(
        Alert.State.RESOLVED,
        Scenario.of(host.passes(601), AlertRule.CONTAINER_RESTART_LOOP).getFirst().state());
  }

  /** Docker's own count begins anew when somebody starts the container by hand. */
  @Test
  void aCountThatIsSetBackIsNoLoop() {
    host.more = "\"RestartCount\":7";
    host.passes(5);
    host.more = "\"RestartCount\":0";
    assertEquals(List.of(), host.passes(5).alerts());
    host.more = "\"RestartCount\":3";
    assertEquals(1, Scenario.of(host.passes(1), AlertRule.CONTAINER_RESTART_LOOP).size());
  }

  @Test
  void aSealedLayerThatChangesIsTold() {
    host.readOnly = true;
    host.layer = Reading.of(Scenario.layer(8192, 10, 3, 0));
    assertEquals(Map.of(ID, false), host.passes(5).sealedLayerChanged());
    host.layer = Reading.missing(Cause.FAILED, "EIO");
    assertEquals(Map.of(), host.passes(1).sealedLayerChanged(), "not measured is not unchanged");
    host.layer = Reading.of(Scenario.layer(8192, 11, 4, 0));
    assertEquals(Map.of(ID, true), host.passes(1).sealedLayerChanged());
    Alert alert = Scenario.of(host.look(), AlertRule.SEALED_CONTAINER_WROTE).getFirst();
    assertEquals(
        "made: its root is read-only, and its writable layer changed all the same",
        alert.summary());
  }

  /** The engine makes mount points in the layer before the program begins. */
  @Test
  void whatIsThereAtTheNextStartIsNoChange() {
    host.readOnly = true;
    host.more = state("2026-01-01T00:00:00Z");
    host.passes(2);
    host.more = state("2026-01-01T00:20:00Z");
    assertEquals(Map.of(), host.passes(1).sealedLayerChanged(), "measured before its start");
    host.layer = Reading.of(Scenario.layer(9000, 0, 5, 0, Scenario.BEGAN.plusSeconds(2_000)));
    assertEquals(Map.of(ID, false), host.passes(1).sealedLayerChanged());
  }

  private static String state(String startedAt) {
    return "\"RestartCount\":0,\"State\":{\"Running\":true,\"Pid\":4242,\"StartedAt\":\"%s\"}"
        .formatted(startedAt);
  }

  @Test
  void aWriteThatFailedInAContainerThatIsGoneIsStillTold() {
    host.readOnly = true;
    host.passes(1);
    host.happened(HostEvent.Kind.WRITE_FAILURE, "EROFS");
    host.gone = true;
    Alert alert = Scenario.of(host.passes(3), AlertRule.WRITE_FAILING_ON_READ_ONLY_ROOT).getFirst();
    assertEquals(Alert.State.FIRING, alert.state());
  }

  /** In a crash loop its root is known only now and then. */
  @Test
  void aWriteThatFailsBetweenTwoRestartsIsStillTold() {
    host.readOnly = true;
    host.passes(2);
    host.happened(HostEvent.Kind.WRITE_FAILURE, "EROFS");
    host.running = false;
    assertEquals(1, Scenario.of(host.passes(3), AlertRule.WRITE_FAILING_ON_READ_ONLY_ROOT).size());
  }

  /** Some distributions deny their own services something all day. */
  @Test
  void theHostsOwnEventsAreNoAlertAboutAContainer() {
    host.last.add(new LastEvent(HostEvent.Kind.LSM_DENIAL, "", "", "selinux", host.now()));
    host.last.add(new LastEvent(HostEvent.Kind.OOM_KILL, "", "", "memory", host.now()));
    assertEquals(List.of(), host.passes(1).alerts());
  }
}
