package io.bilgewatch.agent.top;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.overlay.LayerUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;

/** Figures with what they mean, in half a sentence each. */
final class Sentences {
  private Sentences() {}

  static String layer(LayerUsage layer, Instant now) {
    Duration age = Duration.between(layer.measuredAt(), now);
    String changes =
        layer
            .changes()
            .map(found -> ": %d new, %d changed".formatted(found.created(), found.modified()))
            .orElse("");
    return "%s in %d files and directories%s, %d deleted; measured %s ago"
        .formatted(
            Humanly.bytes(layer.allocatedBytes()),
            layer.inodes() - 1,
            changes,
            layer.deletedEntries(),
            Humanly.duration(age.isNegative() ? Duration.ZERO : age));
  }

  static String growth(Growth growth) {
    String lately = Humanly.duration(growth.evidence());
    return growth.bytesPerSecond() == 0
        ? growth.shape().label() + " for " + lately
        : "%s at %s for %s"
            .formatted(growth.shape().label(), Figures.rate(growth.bytesPerSecond()), lately);
  }

  static String until(OptionalDouble seconds) {
    return seconds.isPresent() ? ", full in " + soon(seconds.getAsDouble()) : "";
  }

  static String soon(double seconds) {
    return Humanly.duration(Duration.ofSeconds(Math.round(seconds)));
  }

  static String memory(MemoryUsage memory) {
    StringBuilder text = new StringBuilder(Humanly.bytes(memory.usageBytes()));
    text.append(
        memory.limit() instanceof Limit.Bytes(long limit)
            ? " of " + Humanly.bytes(limit)
            : ", no limit");
    memory
        .unreclaimableBytes()
        .ifPresent(
            bytes -> text.append("; ").append(Humanly.bytes(bytes)).append(" can't be reclaimed"));
    memory
        .shmemBytes()
        .ifPresent(bytes -> text.append(", tmpfs and shared ").append(Humanly.bytes(bytes)));
    return text.toString();
  }

  static String risk(TmpfsRisk risk) {
    String room =
        Double.isInfinite(risk.roomBytes())
            ? "without end"
            : Humanly.bytes((long) risk.roomBytes());
    return "%s: its tmpfs may still take %s, memory %s%s"
        .formatted(
            Figures.risk(risk.ratio()),
            room,
            Humanly.bytes(risk.headroomBytes()),
            risk.ratio() > 1 ? "; the OOM killer comes first" : "");
  }
}
