package io.bilgewatch.agent.alert;

import static io.bilgewatch.agent.rule.AlertRule.CONTAINER_OOM_KILLED;
import static io.bilgewatch.agent.rule.AlertRule.CONTAINER_RESTART_LOOP;
import static io.bilgewatch.agent.rule.AlertRule.KERNEL_LOG_LOST;
import static io.bilgewatch.agent.rule.AlertRule.LSM_DENIALS;
import static io.bilgewatch.agent.rule.AlertRule.WRITE_FAILING_ON_READ_ONLY_ROOT;

import io.bilgewatch.agent.event.HostEvent;
import io.bilgewatch.agent.event.LastEvent;
import io.bilgewatch.agent.event.LoggedEvent;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.ContainerView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What happened lately. */
final class EventConditions {
  private static final int MOST_NAMED = 3;
  private static final int SHORT_ID = 12;

  private EventConditions() {}

  static void oomKilled(Scene scene) {
    Map<String, List<LastEvent>> kills =
        recent(scene, CONTAINER_OOM_KILLED, HostEvent.Kind.OOM_KILL, _ -> true);
    kills.forEach((id, events) -> {
      boolean tmpfs = events.stream().anyMatch(event -> event.reason().equals("tmpfs"));
      hold(
          scene,
          CONTAINER_OOM_KILLED,
          events.getFirst(),
          List.of(),
          "the OOM killer ended a process of it",
          told(scene, HostEvent.Kind.OOM_KILL, id)
              + (tmpfs
                  ? " What its tmpfs holds stays charged after the kill: the next process dies too,"
                      + " until files are deleted or the container stops. Give the tmpfs a size."
                  : " Raise its memory limit, or find what takes the memory."));
    });
  }

  static void restartLoop(Scene scene) {
    AlertRule rule = CONTAINER_RESTART_LOOP;
    for (ContainerView container : scene.containers(rule)) {
      long restarts = scene.restarts().getOrDefault(container.id(), 0L);
      if (restarts >= scene.threshold(rule, "count", container) && restarts > 0) {
        scene.hold(
            rule,
            container,
            List.of(),
            "%d restarts in ten minutes%s".formatted(restarts, likelyCause(scene, container)),
            "Its last exit code was %d.%s"
                .formatted(
                    container.container().state().exitCode(),
                    told(scene, HostEvent.Kind.OOM_KILL, container.id())
                        + told(scene, HostEvent.Kind.WRITE_FAILURE, container.id())
                        + " Look at docker logs, and at what its restart policy hides."));
      }
    }
  }

  /** The likelier first: a kill ends a container for certain, a failed write perhaps. */
  private static String likelyCause(Scene scene, ContainerView container) {
    Set<HostEvent.Kind> lately =
        scene.view().events().last().stream()
            .filter(event -> event.containerId().equals(container.id()))
            .filter(event -> scene.isWithin(event.at(), (double) Restarts.WINDOW.toSeconds()))
            .map(LastEvent::kind)
            .collect(Collectors.toSet());
    if (lately.contains(HostEvent.Kind.OOM_KILL)) {
      return "; likely cause: an OOM kill";
    }
    return lately.contains(HostEvent.Kind.WRITE_FAILURE)
        ? "; likely cause: a write that fails"
        : "";
  }

  static void writeFailing(Scene scene) {
    AlertRule rule = WRITE_FAILING_ON_READ_ONLY_ROOT;
    recent(
            scene,
            rule,
            HostEvent.Kind.WRITE_FAILURE,
            event ->
                event.reason().equals("EROFS") && scene.readOnly().contains(event.containerId()))
        .forEach((id, events) ->
            hold(
                scene,
                rule,
                events.getFirst(),
                List.of(),
                "writes fail with EROFS" + paths(scene, id),
                "Its root is read-only, and a program in it still writes there; it may run degraded"
                    + " without saying so. Give each such path a tmpfs with a size or a volume, or"
                    + " turn the write off."));
  }

  private static String paths(Scene scene, String containerId) {
    String paths =
        logged(scene, HostEvent.Kind.WRITE_FAILURE, containerId)
            .flatMap(one ->
                one.event() instanceof HostEvent.WriteFailed failed
                    ? failed.path().stream()
                    : Optional.<String>empty().stream())
            .distinct()
            .limit(MOST_NAMED)
            .map(scene::shown)
            .collect(Collectors.joining(", "));
    return paths.isEmpty() ? "" : ": " + paths;
  }

  static void denials(Scene scene) {
    recent(scene, LSM_DENIALS, HostEvent.Kind.LSM_DENIAL, _ -> true)
        .forEach((id, events) ->
            events.forEach(event ->
                hold(
                    scene,
                    LSM_DENIALS,
                    event,
                    List.of(event.reason()),
                    event.reason() + " refused something",
                    told(scene, HostEvent.Kind.LSM_DENIAL, id)
                        + " Either the program needs what it must not have, or somebody tries what he"
                        + " should not.")));
  }

  static void kernelLogLost(Scene scene) {
    if (scene.isEnabledForHost(KERNEL_LOG_LOST)) {
      double within = scene.hostThreshold(KERNEL_LOG_LOST, "within");
      scene.view().events().last().stream()
          .filter(event -> event.kind() == HostEvent.Kind.KERNEL_LOG_LOSS)
          .filter(event -> scene.isWithin(event.at(), within))
          .forEach(event ->
              scene.holdForHost(
                  KERNEL_LOG_LOST,
                  List.of(event.reason()),
                  "records of " + event.reason() + " were lost",
                  "Denials or OOM kills may have gone unseen. Something writes faster than the log is"
                      + " read, or its buffer is too small."));
    }
  }

  /**
   * By container id; of a kind, and not too long ago for the rule. The host's own are left out:
   * some distributions deny their own services something all day.
   */
  private static Map<String, List<LastEvent>> recent(
      Scene scene, AlertRule rule, HostEvent.Kind kind, Predicate<LastEvent> wanted) {
    return scene.view().events().last().stream()
        .filter(event -> event.kind() == kind && !event.containerId().isEmpty())
        .filter(event -> scene.thresholds().isEnabled(rule, event.containerId()))
        .filter(event ->
            scene.isWithin(event.at(), scene.thresholds().of(rule, "within", event.containerId())))
        .filter(wanted)
        .collect(Collectors.groupingBy(LastEvent::containerId));
  }

  private static void hold(
      Scene scene,
      AlertRule rule,
      LastEvent event,
      List<String> own,
      String summary,
      String description) {
    String id = event.containerId();
    scene.hold(
        rule,
        event.container(),
        id.substring(0, Math.min(SHORT_ID, id.length())),
        own,
        summary,
        description.strip());
  }

  /** The newest event of a kind, with how long ago it was. */
  private static String told(Scene scene, HostEvent.Kind kind, String containerId) {
    return logged(scene, kind, containerId)
        .findFirst()
        .map(one ->
            " %s ago: %s."
                .formatted(
                    Words.in(
                        Math.max(
                            0, Duration.between(one.last(), scene.view().at()).toNanos() / 1e9)),
                    scene.shown(one.event().text())))
        .orElse("");
  }

  private static Stream<LoggedEvent> logged(Scene scene, HostEvent.Kind kind, String containerId) {
    return scene.view().events().recent().stream()
        .filter(one -> one.event().kind() == kind)
        .filter(one -> one.event().whose().containerId().equals(containerId));
  }
}
