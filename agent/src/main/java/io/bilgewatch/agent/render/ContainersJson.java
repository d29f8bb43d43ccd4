package io.bilgewatch.agent.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.descriptor.DeletedFiles;
import io.bilgewatch.docker.ContainerState;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading.Missing;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Containers as JSON: bytes are numbers, times RFC 3339; what could not be read is not there, and
 * stands under {@code missing} with its cause and detail.
 */
public final class ContainersJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ContainersJson() {}

  /** Every container: {@code {"at": …, "containers": […], "filesystems": […]}}. */
  public static String all(HostView view) {
    ObjectNode document = MAPPER.createObjectNode().put("at", view.at().toString());
    ArrayNode containers = document.putArray("containers");
    view.containers().forEach(container -> containers.add(container(view, container)));
    OutlookJson.add(document.putArray("filesystems"), view.filesystems(), view.outlook());
    return text(document);
  }

  /** The container of a name, or of an id or the beginning of one that no other shares. */
  public static Optional<String> one(HostView view, String nameOrId) {
    return view.container(nameOrId).map(container -> text(container(view, container)));
  }

  private static ObjectNode container(HostView host, ContainerView view) {
    ContainerState state = view.container().state();
    ObjectNode node =
        MAPPER
            .createObjectNode()
            .put("name", view.name())
            .put("id", view.id())
            .put("image", state.image())
            .put("imageId", state.imageId())
            .put("user", state.user())
            .put("storageDriver", state.storageDriver())
            .put("running", view.running())
            .put("restarts", state.restartCount());
    state.startedAt().ifPresent(at -> node.put("startedAt", at.toString()));
    ObjectNode labels = node.putObject("labels");
    new TreeMap<>(state.labels()).forEach(labels::put);
    view.rootReadOnly().optional().ifPresent(readOnly -> node.put("rootReadOnly", readOnly));
    view.layer().optional().ifPresent(layer -> add(node.putObject("layer"), layer));
    view.quota().optional().ifPresent(q -> node.put("layerLimitBytes", q.limitBytes()));
    view.deletedFiles().optional().ifPresent(f -> add(node.putObject("deletedOpen"), f));
    view.logBytes().optional().ifPresent(bytes -> node.put("logBytes", bytes));
    ArrayNode tmpfs = node.putArray("tmpfs");
    view.tmpfsRead().forEach(usage -> add(tmpfs.addObject(), usage));
    view.memory().optional().ifPresent(memory -> add(node.putObject("memory"), memory));
    view.risk().optional().ifPresent(risk -> add(node.putObject("tmpfsRisk"), risk));
    OutlookJson.add(node.putObject("growth"), host.outlook().of(view.id()));
    addMounts(node, view);
    addHardening(node, view);
    if (host.contracts().watched()) {
      ContractsJson.add(node.putArray("contracts"), host.contracts().of(view.id()));
    }
    addMissing(node, view);
    return node;
  }

  private static void add(ObjectNode node, LayerUsage layer) {
    node.put("allocatedBytes", layer.allocatedBytes())
        .put("apparentBytes", layer.apparentBytes())
        .put("inodes", layer.inodes())
        .put("deleted", layer.deletedEntries())
        .put("executables", layer.executables())
        .put("measuredAt", layer.measuredAt().toString())
        .put("readAt", layer.readAt().toString())
        .put("writeEvents", layer.told())
        .put("scanSeconds", layer.cpu().toNanos() / 1e9);
    layer.changes().ifPresent(c -> node.put("created", c.created()).put("modified", c.modified()));
    ArrayNode largest = node.putArray("largest");
    layer
        .largest()
        .forEach(directory ->
            largest
                .addObject()
                .put("path", directory.path().toString())
                .put("allocatedBytes", directory.allocatedBytes()));
  }

  private static void add(ObjectNode node, DeletedFiles found) {
    node.put("allocatedBytes", found.allocatedBytes()).put("files", found.files());
  }

  private static void add(ObjectNode node, TmpfsUsage usage) {
    node.put("path", usage.mountPoint().toString())
        .put("bounded", usage.bounded())
        .put("readOnly", usage.readOnly());
    if (usage.size() instanceof Limit.Bytes(long size)) {
      node.put("sizeBytes", size);
    }
    usage.usedBytes().ifPresent(used -> node.put("usedBytes", used));
    usage.inodes().ifPresent(inodes -> node.put("inodes", inodes));
    usage.inodesUsed().ifPresent(used -> node.put("inodesUsed", used));
  }

  private static void add(ObjectNode node, MemoryUsage memory) {
    node.put("cgroup", memory.path()).put("usageBytes", memory.usageBytes());
    if (memory.limit() instanceof Limit.Bytes(long limit)) {
      node.put("limitBytes", limit);
    }
    memory.shmemBytes().ifPresent(bytes -> node.put("shmemBytes", bytes));
    memory.unreclaimableBytes().ifPresent(bytes -> node.put("unreclaimableBytes", bytes));
  }

  /** JSON has no infinity: a ratio without bound is not there, and the room says why. */
  private static void add(ObjectNode node, TmpfsRisk risk) {
    node.put("headroomBytes", risk.headroomBytes());
    if (Double.isFinite(risk.roomBytes())) {
      node.put("roomBytes", (long) risk.roomBytes());
    } else {
      node.put("roomUnlimited", true);
    }
    if (Double.isFinite(risk.ratio())) {
      node.put("ratio", risk.ratio());
    }
  }

  private static void addMounts(ObjectNode node, ContainerView view) {
    ArrayNode mounts = node.putArray("writableMounts");
    for (WritableMount mount : view.writableMounts().optional().orElse(java.util.List.of())) {
      mounts
          .addObject()
          .put("path", mount.path().toString())
          .put("kind", mount.kind().label())
          .put("options", String.join(",", mount.options()));
    }
  }

  private static void addHardening(ObjectNode node, ContainerView view) {
    ObjectNode checks = node.putObject("hardening");
    new TreeMap<>(view.hardening())
        .forEach((check, answer) ->
            answer.optional().ifPresent(pass -> checks.put(check.label(), pass)));
  }

  private static void addMissing(ObjectNode node, ContainerView view) {
    ObjectNode missing = node.putObject("missing");
    for (Map.Entry<String, ?> reading : view.readings().entrySet()) {
      if (reading.getValue() instanceof Missing<?>(var cause, String detail)) {
        missing
            .putObject(reading.getKey())
            .put("cause", cause.name().toLowerCase(Locale.ROOT))
            .put("detail", detail);
      }
    }
  }

  private static String text(ObjectNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
