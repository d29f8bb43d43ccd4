package io.bilgewatch.agent.render;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsUsage;
import io.bilgewatch.volume.VolumeUse;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writable mounts and what they hold, as JSON: {@code [{"path": …, "kind": …, "options": […],
 * "holds": {…}}]}. {@code holds} is, of a tmpfs that the kernel counts, {@code {"bytes": …,
 * "sizeBytes": …}}, and of another {@code {"bytes": …, "entries": …, "complete": …, "shortfall": …,
 * "lastChange": …, "changedSince": {"time": …, "entries": …, "bytes": …}, "largest": [{"path": …,
 * "bytes": …}]}}. Where it could not be read, or was not asked for, it is not there, and {@code
 * missing} says why.
 */
final class WrittenMountsJson {
  private WrittenMountsJson() {}

  static void add(
      ArrayNode all,
      List<WritableMount> mounts,
      ContainerView container,
      Map<KernelPath, Reading<VolumeUse>> volumes) {
    for (WritableMount mount : mounts) {
      ObjectNode node =
          all.addObject().put("path", mount.path().toString()).put("kind", mount.kind().label());
      mount.options().forEach(node.putArray("options")::add);
      Reading<VolumeUse> read = volumes.get(mount.path());
      if (mount.kind() == WritableMount.Kind.TMPFS && read == null) {
        container.tmpfsOf(mount).ifPresent(usage -> add(node.putObject("holds"), usage));
      } else {
        switch (read) {
          case Reading.Present<VolumeUse>(VolumeUse use) -> add(node.putObject("holds"), use);
          case Reading.Missing<VolumeUse>(_, String why) -> node.put("missing", why);
          case null -> {}
        }
      }
    }
  }

  /** In a word, where something is. */
  static Optional<String> missing(Map<KernelPath, Reading<VolumeUse>> volumes) {
    long unread =
        volumes.values().stream()
            .filter(use ->
                use instanceof Reading.Missing<VolumeUse>(Reading.Cause cause, _)
                    && cause.isFault())
            .count();
    return unread == 0
        ? Optional.empty()
        : Optional.of(
            "what %d of %d mounts hold could not be read; each says why"
                .formatted(unread, volumes.size()));
  }

  private static void add(ObjectNode node, TmpfsUsage usage) {
    usage.usedBytes().ifPresent(bytes -> node.put("bytes", bytes));
    if (usage.size() instanceof Limit.Bytes(long most)) {
      node.put("sizeBytes", most);
    }
  }

  private static void add(ObjectNode node, VolumeUse use) {
    node.put("bytes", use.bytes())
        .put("entries", use.entries())
        .put("complete", use.isComplete())
        .put("lastChange", use.lastChange().toString());
    use.shortfall().ifPresent(why -> node.put("shortfall", why.toString()));
    use.since()
        .ifPresent(changed ->
            node.putObject("changedSince")
                .put("time", changed.time().toString())
                .put("entries", changed.entries())
                .put("bytes", changed.bytes()));
    ArrayNode largest = node.putArray("largest");
    use.largest()
        .forEach(one ->
            largest
                .addObject()
                .put("path", one.path().toString())
                .put("bytes", one.allocatedBytes()));
  }
}
