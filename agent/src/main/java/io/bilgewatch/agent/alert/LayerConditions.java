package io.bilgewatch.agent.alert;

import static io.bilgewatch.agent.rule.AlertRule.EXECUTABLE_IN_WRITABLE_LAYER;
import static io.bilgewatch.agent.rule.AlertRule.ROOTFS_WRITABLE;
import static io.bilgewatch.agent.rule.AlertRule.SEALED_CONTAINER_WROTE;
import static io.bilgewatch.agent.rule.AlertRule.WRITABLE_LAYER_GROWING;
import static io.bilgewatch.agent.rule.AlertRule.WRITABLE_LAYER_LARGE;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LayerUsage;
import java.util.List;
import java.util.Optional;

/** What is wrong with writable layers. */
final class LayerConditions {
  private static final String MOVE =
      " Put what is written there on a volume or a tmpfs with a size, or bound it.";

  private LayerConditions() {}

  static void growing(Scene scene) {
    for (ContainerView container : scene.containers(WRITABLE_LAYER_GROWING)) {
      Optional<Growth> growth = scene.outlook(container).layer().optional();
      if (growth.isPresent()
          && growth.get().bytesPerSecond()
              > scene.threshold(WRITABLE_LAYER_GROWING, "bytes-per-second", container)) {
        scene.hold(
            WRITABLE_LAYER_GROWING,
            container,
            List.of(),
            "the writable layer grows %s%s"
                .formatted(Words.rate(growth.get().bytesPerSecond()), holds(container)),
            largest(scene, container) + full(scene, container) + MOVE);
      }
    }
  }

  static void large(Scene scene) {
    for (ContainerView container : scene.containers(WRITABLE_LAYER_LARGE)) {
      if (!(container.layer() instanceof Reading.Present<LayerUsage>(LayerUsage layer))) {
        continue;
      }
      long held = layer.allocatedBytes();
      double most = scene.threshold(WRITABLE_LAYER_LARGE, "bytes", container);
      double mostOfLimit = scene.threshold(WRITABLE_LAYER_LARGE, "limit-ratio", container);
      Optional<Double> ofLimit =
          container.quota() instanceof Reading.Present<LayerUsage.Quota>(LayerUsage.Quota quota)
              ? Optional.of((double) held / quota.limitBytes())
              : Optional.empty();
      if (held > most || ofLimit.orElse(0.0) > mostOfLimit) {
        scene.hold(
            WRITABLE_LAYER_LARGE,
            container,
            List.of(),
            "the writable layer holds %s%s"
                .formatted(
                    Words.bytes(held),
                    ofLimit.map(ratio -> ", " + Words.percent(ratio) + " of its quota").orElse("")),
            largest(scene, container) + full(scene, container) + MOVE);
      }
    }
  }

  private static String holds(ContainerView container) {
    return container
        .layer()
        .optional()
        .map(layer -> " and holds " + Words.bytes(layer.allocatedBytes()))
        .orElse("");
  }

  private static String largest(Scene scene, ContainerView container) {
    return container.layer().optional().stream()
        .flatMap(layer -> layer.largest().stream())
        .findFirst()
        .map(directory ->
            "Most of it is below %s (%s)."
                .formatted(scene.shown(directory.path()), Words.bytes(directory.allocatedBytes())))
        .orElse("Where it is written is not known.");
  }

  private static String full(Scene scene, ContainerView container) {
    var seconds = scene.outlook(container).layerFullSeconds();
    return seconds.isPresent()
        ? " Its quota is reached in about " + Words.in(seconds.getAsDouble()) + "."
        : "";
  }

  static void sealedWrote(Scene scene) {
    for (ContainerView container : scene.containers(SEALED_CONTAINER_WROTE)) {
      if (scene.sealedLayerChanged().getOrDefault(container.id(), false)) {
        scene.hold(
            SEALED_CONTAINER_WROTE,
            container,
            List.of(),
            "its root is read-only, and its writable layer changed all the same",
            largest(scene, container)
                + " Somebody copied into it (docker cp), mounted it writable for a while, or writes"
                + " to the layer from the host. docker diff shows what is in it.");
      }
    }
  }

  static void rootWritable(Scene scene) {
    for (ContainerView container : scene.containers(ROOTFS_WRITABLE)) {
      if (scene.sealed().contains(container.id()) && !container.rootReadOnly().orElse(true)) {
        scene.hold(
            ROOTFS_WRITABLE,
            container,
            List.of(),
            "its root is writable, and it is said to be sealed",
            "By its own mount table / is mounted rw. Start it with docker run --read-only (Compose:"
                + " read_only: true), with a tmpfs or a volume for each place that it must write to.");
      }
    }
  }

  static void executables(Scene scene) {
    for (ContainerView container : scene.containers(EXECUTABLE_IN_WRITABLE_LAYER)) {
      long found =
          container.layer() instanceof Reading.Present<LayerUsage>(LayerUsage layer)
              ? layer.executables()
              : 0;
      if (found > scene.threshold(EXECUTABLE_IN_WRITABLE_LAYER, "count", container)) {
        scene.hold(
            EXECUTABLE_IN_WRITABLE_LAYER,
            container,
            List.of(),
            "%d executable %s in its writable layer that the image did not bring"
                .formatted(found, found == 1 ? "file" : "files"),
            "A program was downloaded, unpacked or changed in the running container. If nobody did"
                + " that on purpose, take it for an intrusion: docker diff and docker cp before it is"
                + " stopped. What is needed belongs into the image.");
      }
    }
  }
}
