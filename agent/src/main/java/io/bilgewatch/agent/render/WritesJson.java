package io.bilgewatch.agent.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bilgewatch.agent.proposal.Writes;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.agent.view.WrittenLayer;
import io.bilgewatch.containerlog.FailureCount;
import io.bilgewatch.containerlog.WriteFailure;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.writes.Changes;
import io.bilgewatch.writes.WrittenPlace;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What a container wrote, as JSON: {@code {"at": …, "name": …, "rootReadOnly": …, "layer":
 * {"bytes": …, "complete": …, "places": […]}, "mounts": […], "failures": […], "proposal": {…},
 * "missing": {…}}}. What could not be read is among {@code missing}, with the reason.
 */
public final class WritesJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private WritesJson() {}

  public static String of(ContainerView container, Writes writes, Instant now) {
    ObjectNode document =
        MAPPER
            .createObjectNode()
            .put("at", now.toString())
            .put("name", container.name())
            .put("id", container.id());
    ObjectNode missing = MAPPER.createObjectNode();
    switch (container.rootReadOnly()) {
      case Reading.Present<Boolean>(Boolean readOnly) -> document.put("rootReadOnly", readOnly);
      case Reading.Missing<Boolean>(_, String why) -> missing.put("rootReadOnly", why);
    }
    switch (writes.layer()) {
      case Reading.Present<WrittenLayer>(WrittenLayer found) -> {
        add(document.putObject("layer"), found);
        if (found.usage().changes().isEmpty()) {
          missing.put("modified", WrittenLayer.CHANGES_NOT_KNOWN);
        }
      }
      case Reading.Missing<WrittenLayer>(_, String why) -> missing.put("layer", why);
    }
    switch (container.writableMounts()) {
      case Reading.Present<List<WritableMount>>(var mounts) -> {
        WrittenMountsJson.add(document.putArray("mounts"), mounts, container, writes.volumes());
        WrittenMountsJson.missing(writes.volumes()).ifPresent(why -> missing.put("holds", why));
      }
      case Reading.Missing<List<WritableMount>>(_, String why) -> missing.put("mounts", why);
    }
    switch (writes.failures()) {
      case Reading.Present<List<FailureCount>>(var failures) -> {
        ArrayNode all = document.putArray("failures");
        failures.forEach(failure -> add(all.addObject(), failure));
      }
      case Reading.Missing<List<FailureCount>>(_, String why) -> missing.put("failures", why);
    }
    ProposalJson.add(
        document.putObject("proposal"),
        writes.proposal(),
        new ProposalText(
            container.name(), container.container().state().image(), writes.proposal()));
    document.set("missing", missing);
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void add(ObjectNode node, WrittenLayer layer) {
    node.put("bytes", layer.usage().allocatedBytes()).put("complete", layer.shortfall().isEmpty());
    layer.shortfall().ifPresent(why -> node.put("shortfall", why.toString()));
    ArrayNode places = node.putArray("places");
    layer.places().forEach(place -> add(places.addObject(), place));
  }

  private static void add(ObjectNode node, WrittenPlace place) {
    Changes changes = place.changes();
    node.put("path", place.path().toString())
        .put(
            "type",
            place.type().map(type -> type.name().toLowerCase(Locale.ROOT)).orElse("directory"))
        .put("imageHas", place.imageHas())
        .put("created", changes.created())
        .put("modified", changes.modified())
        .put("deleted", changes.deleted())
        .put("bytes", changes.bytes())
        .put("copiedUpBytes", changes.copiedUpBytes())
        .put("executables", changes.executables())
        .put("rule", place.what().id())
        .put("what", place.what().what())
        .put("advice", place.what().advice().label())
        .put("hint", place.what().hint());
    if (!changes.lastChange().equals(Instant.EPOCH)) {
      node.put("lastChange", changes.lastChange().toString());
    }
  }

  private static void add(ObjectNode node, FailureCount failure) {
    WriteFailure what = failure.failure();
    what.path().ifPresent(path -> node.put("path", path));
    what.errno().ifPresent(errno -> node.put("errno", errno.name()));
    node.put("program", what.program())
        .put("rule", what.rule())
        .put("count", failure.count())
        .put("last", failure.last().toString());
  }
}
