package io.bilgewatch.agent.event;

import io.bilgewatch.kernel.WriteErrno;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When each kind of event happened last, by container and reason. Reasons are the kernel's own and
 * few, so this is bounded by the number of containers. Not for several threads.
 */
final class LastEvents {
  /** What tells one from the other. */
  private record Key(HostEvent.Kind kind, String containerId, String reason) {}

  private final Map<Key, LastEvent> last = new HashMap<>();

  void happened(HostEvent event) {
    Optional<String> reason = reason(event);
    if (reason.isPresent()) {
      String id = event.whose().containerId();
      String name = event.whose() instanceof Whose.Container(_, String known) ? known : "";
      last.merge(
          new Key(event.kind(), id, reason.get()),
          new LastEvent(event.kind(), name, id, reason.get(), event.at()),
          (before, now) -> now.at().isBefore(before.at()) ? before : now);
    }
  }

  /** Empty where it is not to be told of: what was only logged was not denied. */
  private static Optional<String> reason(HostEvent event) {
    return switch (event) {
      case HostEvent.OomKilled kill -> Optional.of(kill.cause().label());
      case HostEvent.Denied denied ->
          denied.blocked() ? Optional.of(denied.lsm()) : Optional.empty();
      case HostEvent.WriteFailed failed ->
          Optional.of(failed.errno().map(WriteErrno::name).orElse(""));
      case HostEvent.KernelLogLost lost -> Optional.of(lost.source());
      // It lasts, and has a series for as long as it does.
      case HostEvent.ContractEvent _ -> Optional.empty();
    };
  }

  /**
   * Forgets containers that are gone as long as their counts are. What is of the future by a clock
   * that was set back since is of now.
   *
   * @param present name by id
   */
  void present(Map<String, String> present, Instant now) {
    last.entrySet()
        .removeIf(entry ->
            !entry.getKey().containerId().isEmpty()
                && !present.containsKey(entry.getKey().containerId())
                && entry.getValue().at().plus(EventCounters.RETENTION).isBefore(now));
    last.replaceAll((key, event) -> {
      String name = present.getOrDefault(key.containerId(), event.container());
      Instant at = event.at().isAfter(now) ? now : event.at();
      return name.equals(event.container()) && at.equals(event.at())
          ? event
          : new LastEvent(event.kind(), name, event.containerId(), event.reason(), at);
    });
  }

  List<LastEvent> all() {
    return List.copyOf(last.values());
  }
}
