package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.contract.Observed.Failure;
import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.event.HostEvent.WriteFailed;
import io.bilgewatch.agent.event.LoggedEvent;
import io.bilgewatch.kernel.KernelPath;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The failed writes of the last quarter of an hour, by container: as long as the alert about them
 * fires. The very same list where none came or grew too old.
 */
final class LateFailures {
  private static final Duration LATE = Duration.ofMinutes(15);

  private List<LoggedEvent> told = List.of();
  private Instant next = Instant.MAX;
  private Map<String, List<Failure>> byContainer = Map.of();

  @SuppressWarnings("ReferenceEquality")
  void read(Events events, Instant now) {
    if (events.recent() == told && now.isBefore(next)) {
      return;
    }
    told = events.recent();
    next = Instant.MAX;
    Map<String, List<Failure>> all = new HashMap<>();
    for (LoggedEvent logged : told) {
      Instant over = logged.last().plus(LATE);
      if (logged.event() instanceof WriteFailed failed
          && failed.path().isPresent()
          && failed.path().get().startsWith("/")
          && over.isAfter(now)) {
        all.computeIfAbsent(failed.whose().containerId(), _ -> new ArrayList<>())
            .add(new Failure(KernelPath.of(failed.path().get()), failed.text()));
        next = over.isBefore(next) ? over : next;
      }
    }
    all.replaceAll((id, failures) -> {
      List<Failure> before = byContainer.get(id);
      return failures.equals(before) ? before : List.copyOf(failures);
    });
    byContainer = all;
  }

  List<Failure> of(String containerId) {
    return byContainer.getOrDefault(containerId, List.of());
  }
}
