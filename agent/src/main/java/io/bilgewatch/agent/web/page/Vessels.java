package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.event.LoggedEvent;
import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.agent.web.page.StatusPage.Warning;
import io.bilgewatch.agent.web.page.Vessel.Named;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.ContainerState;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.BackingFilesystem;
import io.bilgewatch.overlay.LayerUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes the vessels of one view, each with the alerts and the last event that are its own. */
final class Vessels {
  /** What can stand in a path as it is. Docker's own names can; a state file may say anything. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

  private final HostView view;
  private final Map<String, Named> names = new HashMap<>();

  /** As alerts have them. */
  private final Map<String, Named> shortIds = new HashMap<>();

  private final Map<String, List<Warning>> warnings = new HashMap<>();
  private final Map<String, LoggedEvent> last = new HashMap<>();
  private final Words words;

  Vessels(HostView view, Instant now) {
    this.view = view;
    this.words = new Words(now, this::named);
    Set<String> met = new HashSet<>();
    Set<String> twice = new HashSet<>();
    view.containers().stream()
        .map(ContainerView::name)
        .filter(name -> !met.add(name))
        .forEach(twice::add);
    for (ContainerView container : view.containers()) {
      Named named = named(container, twice);
      names.put(named.id(), named);
      shortIds.put(named.shortId(), named);
    }
    for (Alert alert : view.alerting().alerts()) {
      if (alert.state() != Alert.State.RESOLVED) {
        warnings
            .computeIfAbsent(
                alert.labels().getOrDefault("container_id", ""), _ -> new ArrayList<>())
            .add(words.of(alert));
      }
    }
    view.events().recent().forEach(e -> last.putIfAbsent(e.event().whose().containerId(), e));
  }

  /** Its page is found by its name, which stays when it is made anew; else by its id. */
  private static Named named(ContainerView container, Set<String> twice) {
    String name = container.name();
    boolean byName = PLAIN.matcher(name).matches() && !twice.contains(name);
    return new Named(name, container.id(), "/containers/" + (byName ? name : container.id()));
  }

  /** A container of this view, by its whole id or the one that is shown. */
  private Optional<Named> named(String id) {
    return Optional.ofNullable(names.getOrDefault(id, shortIds.get(id)));
  }

  Words words() {
    return words;
  }

  List<Vessel> all() {
    return view.containers().stream().map(this::of).toList();
  }

  Vessel of(ContainerView container) {
    ContainerState state = container.container().state();
    Outlook.OfContainer outlook = view.outlook().of(container.id());
    return new Vessel(
        names.get(container.id()),
        state.image(),
        state(container),
        container.running(),
        container.rootReadOnly(),
        layer(container, outlook),
        tmpfs(container, outlook),
        container.memory().map(MemoryUsage::usageBytes),
        container.memory().map(MemoryUsage::limit),
        checks(container),
        view.contracts().standing(container),
        unread(container),
        warnings.getOrDefault(state.shortId(), List.of()),
        Optional.ofNullable(last.get(container.id())).map(words::of));
  }

  private static String state(ContainerView container) {
    ContainerState state = container.container().state();
    if (!container.running()) {
      return state.startedAt().isEmpty() ? "created" : "stopped";
    }
    return state.paused() ? "paused" : state.restarting() ? "restarting" : "running";
  }

  private Vessel.Layer layer(ContainerView container, Outlook.OfContainer outlook) {
    return new Vessel.Layer(
        container.layer().map(LayerUsage::allocatedBytes),
        changes(container),
        room(container),
        outlook.layer(),
        outlook.layerFullSeconds().isPresent()
            ? outlook.layerFullSeconds()
            : diskFullSeconds(container, outlook));
  }

  /** A disk that fills is the business of those that fill it. */
  private OptionalDouble diskFullSeconds(ContainerView container, Outlook.OfContainer outlook) {
    return outlook.layer().optional().filter(Growth::isGrowing).isPresent()
        ? view.filesystemUnder(container)
            .map(disk -> view.outlook().of(disk.mountPoint()).fullSeconds())
            .orElse(OptionalDouble.empty())
        : OptionalDouble.empty();
  }

  private static OptionalLong changes(ContainerView container) {
    return container
        .layer()
        .optional()
        .flatMap(
            layer -> layer.changes().map(c -> c.created() + c.modified() + layer.deletedEntries()))
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  private Reading<Vessel.Room> room(ContainerView container) {
    if (container.quota() instanceof Reading.Present<LayerUsage.Quota>(LayerUsage.Quota quota)) {
      long used =
          quota
              .usedBytes()
              .orElseGet(() -> container.layer().map(LayerUsage::allocatedBytes).orElse(0L));
      return Reading.of(
          new Vessel.Room(
              Math.max(0, quota.limitBytes() - used), OptionalLong.of(quota.limitBytes())));
    }
    return view.filesystemUnder(container)
        .map(BackingFilesystem::availBytes)
        .map(left -> Reading.of(new Vessel.Room(left, OptionalLong.empty())))
        .orElseGet(
            () -> Reading.missing(Reading.Cause.PENDING, "the file system under it is not known"));
  }

  private static Vessel.Tmpfs tmpfs(ContainerView container, Outlook.OfContainer outlook) {
    double rate = 0;
    double soonest = Double.POSITIVE_INFINITY;
    for (Outlook.OfTmpfs mount : outlook.tmpfs().values()) {
      rate +=
          mount
              .growth()
              .optional()
              .filter(Growth::isGrowing)
              .map(Growth::bytesPerSecond)
              .orElse(0.0);
      soonest = Math.min(soonest, mount.fullSeconds().orElse(Double.POSITIVE_INFINITY));
    }
    return new Vessel.Tmpfs(
        container.tmpfsSpace(),
        container.risk(),
        rate,
        Double.isInfinite(soonest) ? OptionalDouble.empty() : OptionalDouble.of(soonest),
        outlook.oomSeconds());
  }

  private static Vessel.Checks checks(ContainerView container) {
    int passed = 0;
    int answered = 0;
    for (Map.Entry<HardeningCheck, Reading<Boolean>> check : container.hardening().entrySet()) {
      if (check.getValue() instanceof Reading.Present<Boolean>(Boolean pass)) {
        answered++;
        passed += pass ? 1 : 0;
      }
    }
    return new Vessel.Checks(passed, answered);
  }

  private List<String> unread(ContainerView container) {
    List<String> all = new ArrayList<>();
    Optional.ofNullable(view.unread().get(container.id())).ifPresent(all::add);
    if (!container.isWithoutFault()) {
      container
          .readings()
          .forEach((name, reading) -> {
            if (reading instanceof Reading.Missing<?> missing && missing.cause().isFault()) {
              all.add(name + ": " + missing.detail());
            }
          });
    }
    return all;
  }
}
