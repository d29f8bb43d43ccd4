package io.bilgewatch.agent.alert;

import static io.bilgewatch.agent.rule.AlertRule.TMPFS_ALMOST_FULL;
import static io.bilgewatch.agent.rule.AlertRule.TMPFS_OOM_IMMINENT;
import static io.bilgewatch.agent.rule.AlertRule.TMPFS_OOM_RISK;
import static io.bilgewatch.agent.rule.AlertRule.TMPFS_UNBOUNDED;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/** What is wrong with tmpfs mounts, and with the memory that they are. */
final class TmpfsConditions {
  private TmpfsConditions() {}

  private static List<TmpfsUsage> writable(ContainerView container) {
    List<TmpfsUsage> all = container.tmpfsRead();
    all.removeIf(usage -> !usage.isFillable());
    return all;
  }

  static void almostFull(Scene scene) {
    for (ContainerView container : scene.containers(TMPFS_ALMOST_FULL)) {
      double most = scene.threshold(TMPFS_ALMOST_FULL, "used-ratio", container);
      for (TmpfsUsage usage : writable(container)) {
        if (usage.bounded()
            && usage.size() instanceof Limit.Bytes(long size)
            && usage.usedBytes().orElse(0) > most * size) {
          scene.hold(
              TMPFS_ALMOST_FULL,
              container,
              List.of(usage.mountPoint().toString()),
              "%s holds %s of %s%s"
                  .formatted(
                      scene.shown(usage.mountPoint()),
                      Words.bytes(usage.usedBytes().orElse(0)),
                      Words.bytes(size),
                      full(scene, container, usage)),
              "Writes to it will fail with ENOSPC. Clean it up from inside, or start the container"
                  + " with a larger size, if its memory limit leaves that.");
        }
      }
    }
  }

  private static String full(Scene scene, ContainerView container, TmpfsUsage usage) {
    Outlook.OfTmpfs outlook = scene.outlook(container).tmpfs().get(usage.mountPoint());
    return outlook != null && outlook.fullSeconds().isPresent()
        ? ", full in about " + Words.in(outlook.fullSeconds().getAsDouble())
        : "";
  }

  static void unbounded(Scene scene) {
    for (ContainerView container : scene.containers(TMPFS_UNBOUNDED)) {
      for (TmpfsUsage usage : writable(container)) {
        if (!usage.bounded()) {
          scene.hold(
              TMPFS_UNBOUNDED,
              container,
              List.of(usage.mountPoint().toString()),
              "nobody set a size for " + scene.shown(usage.mountPoint()),
              "It may take half of the host's memory." + bound(scene.shown(usage.mountPoint())));
        }
      }
    }
  }

  static void oomRisk(Scene scene) {
    for (ContainerView container : scene.containers(TMPFS_OOM_RISK)) {
      Optional<TmpfsRisk> risk = container.risk().optional();
      if (risk.isEmpty()) {
        continue;
      }
      if (risk.get().ratio() <= scene.threshold(TMPFS_OOM_RISK, "ratio", container)) {
        continue;
      }
      double held = held(container);
      double ofAll = held / Math.max(1, held + risk.get().headroomBytes());
      if (ofAll > scene.threshold(TMPFS_OOM_RISK, "held-ratio", container)) {
        String fullest = where(scene, most(container, TmpfsConditions::used));
        scene.hold(
            TMPFS_OOM_RISK,
            container,
            List.of(),
            "filling %s would end in an OOM kill, not in ENOSPC".formatted(fullest),
            "Its tmpfs mounts hold %s and memory leaves %s, less than their free room."
                    .formatted(Words.bytes(held), Words.bytes(risk.get().headroomBytes()))
                + bound(fullest));
      }
    }
  }

  static void oomImminent(Scene scene) {
    AlertRule rule = TMPFS_OOM_IMMINENT;
    for (ContainerView container : scene.containers(rule)) {
      OptionalDouble seconds = scene.outlook(container).oomSeconds();
      if (seconds.isPresent()
          && seconds.getAsDouble() < scene.threshold(rule, "within", container)) {
        Map<KernelPath, Outlook.OfTmpfs> outlooks = scene.outlook(container).tmpfs();
        ToDoubleFunction<TmpfsUsage> rate =
            usage -> {
              Outlook.OfTmpfs outlook = outlooks.get(usage.mountPoint());
              return outlook == null
                  ? 0
                  : outlook.growth().optional().map(Growth::bytesPerSecond).orElse(0.0);
            };
        Optional<TmpfsUsage> fastest = most(container, rate);
        scene.hold(
            rule,
            container,
            List.of(),
            "%s grows %s; OOM kill in about %s"
                .formatted(
                    where(scene, fastest),
                    Words.rate(fastest.map(rate::applyAsDouble).orElse(0.0)),
                    Words.in(seconds.getAsDouble())),
            "Its tmpfs mounts hold %s%s. Now: delete files there, or raise the limit (docker update"
                    .formatted(Words.bytes(held(container)), leaves(container))
                + " --memory). A kill does not free them: they stay until the container stops."
                + bound(where(scene, fastest)));
      }
    }
  }

  private static String bound(String path) {
    return " For good: give it a size below what its memory limit leaves (docker run --tmpfs"
        + " %s:size=64m).".formatted(path);
  }

  private static String leaves(ContainerView container) {
    return container
        .risk()
        .optional()
        .map(risk -> " and memory leaves " + Words.bytes(risk.headroomBytes()))
        .orElse("");
  }

  private static double used(TmpfsUsage usage) {
    return usage.usedBytes().orElse(0);
  }

  /** Of a mount without a size the kernel does not count what it holds; its cgroup does. */
  private static double held(ContainerView container) {
    double counted = writable(container).stream().mapToDouble(TmpfsConditions::used).sum();
    boolean all = writable(container).stream().allMatch(mount -> mount.usedBytes().isPresent());
    OptionalLong shmem = container.shmemBytes();
    return all || shmem.isEmpty() ? counted : (double) shmem.getAsLong();
  }

  private static Optional<TmpfsUsage> most(
      ContainerView container, ToDoubleFunction<TmpfsUsage> figure) {
    return writable(container).stream().max(Comparator.comparingDouble(figure));
  }

  private static String where(Scene scene, Optional<TmpfsUsage> usage) {
    return usage.map(one -> scene.shown(one.mountPoint())).orElse("its tmpfs");
  }
}
