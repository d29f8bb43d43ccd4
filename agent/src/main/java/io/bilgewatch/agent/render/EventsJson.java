package io.bilgewatch.agent.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bilgewatch.agent.event.HostEvent;
import io.bilgewatch.agent.event.HostEvent.ContractEvent;
import io.bilgewatch.agent.event.HostEvent.Denied;
import io.bilgewatch.agent.event.HostEvent.KernelLogLost;
import io.bilgewatch.agent.event.HostEvent.OomKilled;
import io.bilgewatch.agent.event.HostEvent.WriteFailed;
import io.bilgewatch.agent.event.LoggedEvent;
import io.bilgewatch.agent.event.SourceStatus;
import io.bilgewatch.agent.event.Whose;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.kernel.Reading;
import java.util.function.Predicate;

/**
 * What happened as JSON, newest first: {@code {"at": …, "sources": […], "events": […]}}. {@code
 * times} says how often, between {@code first} and {@code last}; {@code beforeStart} that no
 * counter counts it.
 */
public final class EventsJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private EventsJson() {}

  /**
   * @param most so many events, the newest
   */
  public static String of(HostView view, Predicate<LoggedEvent> wanted, int most) {
    ObjectNode document = MAPPER.createObjectNode().put("at", view.at().toString());
    ArrayNode sources = document.putArray("sources");
    view.events().sources().forEach(source -> add(sources.addObject(), source));
    ArrayNode events = document.putArray("events");
    view.events().recent().stream()
        .filter(wanted)
        .limit(most)
        .forEach(event -> add(events.addObject(), event));
    try {
      return MAPPER.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** By a container's name, its id or the beginning of it, and by a kind; empty: any. */
  public static Predicate<LoggedEvent> wanted(String container, String kind) {
    return logged ->
        (container.isEmpty() || isOf(logged.event().whose(), container))
            && (kind.isEmpty() || logged.event().kind().label().equals(kind));
  }

  private static boolean isOf(Whose whose, String container) {
    return whose instanceof Whose.Container(String id, String name)
        && (name.equals(container) || id.startsWith(container));
  }

  private static void add(ObjectNode node, SourceStatus source) {
    node.put("source", source.name());
    switch (source.transport()) {
      case Reading.Present<String>(String transport) -> node.put("transport", transport);
      case Reading.Missing<String>(_, String detail) -> node.put("missing", detail);
    }
    node.put("records", source.records()).put("lost", source.lost());
  }

  private static void add(ObjectNode node, LoggedEvent logged) {
    HostEvent event = logged.event();
    node.put("kind", event.kind().label())
        .put("first", event.at().toString())
        .put("last", logged.last().toString())
        .put("times", logged.times())
        .put("beforeStart", logged.before());
    switch (event.whose()) {
      case Whose.Container(String id, String name) ->
          node.put("container", name).put("containerId", id);
      case Whose.Host() -> node.put("host", true);
      case Whose.Unattributed(String why) -> node.put("unattributed", why);
    }
    addFields(node, event);
    node.put("text", event.text());
  }

  private static void addFields(ObjectNode node, HostEvent event) {
    switch (event) {
      case OomKilled kill -> {
        node.put("cause", kill.cause().label()).put("process", kill.process());
        kill.pid().ifPresent(pid -> node.put("pid", pid));
        kill.tmpfs().ifPresent(path -> node.put("tmpfs", path));
      }
      case Denied denied -> {
        node.put("lsm", denied.lsm())
            .put("profile", denied.profile())
            .put("operation", denied.operation())
            .put("blocked", denied.blocked())
            .put("process", denied.process());
        denied.path().ifPresent(path -> node.put("path", path));
        denied.pid().ifPresent(pid -> node.put("pid", pid));
      }
      case WriteFailed failed -> {
        failed.errno().ifPresent(errno -> node.put("errno", errno.name()));
        node.put("source", failed.source().label()).put("program", failed.program());
        failed.path().ifPresent(path -> node.put("path", path));
      }
      case KernelLogLost lost -> node.put("source", lost.source());
      case ContractEvent contract -> {
        node.put("rule", contract.rule().label()).put("begins", contract.begins());
        if (!contract.path().isEmpty()) {
          node.put("path", contract.path());
        }
      }
    }
  }
}
