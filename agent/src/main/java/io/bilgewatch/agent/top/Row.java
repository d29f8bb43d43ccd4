package io.bilgewatch.agent.top;

import io.bilgewatch.agent.rule.Severity;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Contracts.Standing;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.TmpfsSpace;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LayerUsage;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What there is to say of one container, of its view and of what was seen before.
 *
 * @param alerts whose condition holds, the worst first
 * @param rates of its growth
 * @param share of its layer in its quota, or where it has none in its file system
 * @param ending what it runs into first
 * @param passed hardening checks
 * @param asked those that could be told
 * @param standing how it keeps its contracts
 */
record Row(
    ContainerView view,
    List<Alert> alerts,
    Rates.Of rates,
    OptionalDouble share,
    Optional<Ending> ending,
    int passed,
    int asked,
    Standing standing) {

  /** Fuller than that is told by its looks. */
  static final double TIGHT = 0.9;

  static Row of(ContainerView container, HostView view, Rates.Of rates) {
    var checks = container.hardening().values();
    return new Row(
        container,
        view.alerting().alerts().stream().filter(alert -> isAbout(alert, container)).toList(),
        rates,
        share(container, view),
        Ending.of(container, view),
        (int) checks.stream().filter(check -> check.orElse(false)).count(),
        (int) checks.stream().filter(Reading::isPresent).count(),
        view.contracts().standing(container));
  }

  private static boolean isAbout(Alert alert, ContainerView container) {
    return alert.state() != Alert.State.RESOLVED
        && container
            .container()
            .state()
            .shortId()
            .equals(alert.labels().getOrDefault("container_id", ""));
  }

  private static OptionalDouble share(ContainerView container, HostView view) {
    Optional<LayerUsage> layer = container.layer().optional();
    if (layer.isEmpty()) {
      return OptionalDouble.empty();
    }
    double whole =
        container
            .quota()
            .optional()
            .map(quota -> (double) quota.limitBytes())
            .or(() -> view.filesystemUnder(container).map(one -> (double) one.sizeBytes()))
            .orElse(0.0);
    return whole <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(layer.get().allocatedBytes() / whole);
  }

  String id() {
    return view.id();
  }

  String name() {
    return view.name();
  }

  /** Of what holds; empty where nothing does, or nothing that anybody must act on. */
  Optional<Severity> severity() {
    return alerts.stream()
        .map(alert -> alert.rule().severity())
        .filter(severity -> severity != Severity.INFO)
        .min(Comparator.naturalOrder());
  }

  /** Of its layer or its tmpfs mounts, in bytes per second. */
  OptionalDouble growth() {
    return rates.faster();
  }

  double layerBytes() {
    return view.layer().optional().map(LayerUsage::allocatedBytes).orElse(-1L);
  }

  double tmpfsBytes() {
    return view.tmpfsSpace().optional().map(TmpfsSpace::used).orElse(-1L);
  }

  double tmpfsLoad() {
    return view.tmpfsSpace()
        .optional()
        .filter(space -> space.size() > 0)
        .map(space -> (double) space.used() / space.size())
        .orElse(-1.0);
  }

  double memoryBytes() {
    return view.memory().optional().map(MemoryUsage::usageBytes).orElse(-1L);
  }

  /** Of the limit; negative where there is none. */
  double memoryLoad() {
    return view.memory()
        .optional()
        .filter(memory -> memory.limit() instanceof Limit.Bytes(long most) && most > 0)
        .map(memory -> memory.usageBytes() / (double) ((Limit.Bytes) memory.limit()).value())
        .orElse(-1.0);
  }

  double risk() {
    return view.risk().optional().map(risk -> risk.ratio()).orElse(-1.0);
  }

  /** Of what could be told; 2 where nothing could. */
  double hardening() {
    return asked == 0 ? 2 : (double) passed / asked;
  }

  /** The fullest of what it can fill and what ends badly. */
  double pressure() {
    double quota = view.quota().isPresent() ? share.orElse(-1) : -1;
    return Math.max(quota, tmpfsLoad());
  }
}
