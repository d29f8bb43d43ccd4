package io.bilgewatch.agent.event;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The last events of each kind for people to read, about a thousand in all. What repeats itself is
 * one entry that says how often; no container can push out more than a part of the others' events.
 * Not for several threads.
 */
final class EventLog {
  /** Of one kind. */
  static final int MOST = 250;

  /** Of one kind and one container. */
  static final int MOST_OF_ONE = 50;

  private final Map<HostEvent.Kind, LinkedHashMap<Object, LoggedEvent>> kinds =
      new EnumMap<>(HostEvent.Kind.class);

  /** What makes two events one entry. */
  private record Same(
      Whose whose, String what, String which, String where, String who, boolean before) {}

  void add(HostEvent event, boolean before, long times) {
    var entries = kinds.computeIfAbsent(event.kind(), _ -> new LinkedHashMap<>());
    Object key = key(event, before);
    LoggedEvent known = entries.remove(key);
    entries.put(
        key,
        known == null
            ? new LoggedEvent(event, before, times, event.at())
            : new LoggedEvent(known.event(), before, known.times() + times, event.at()));
    if (known == null) {
      bound(entries, event.whose());
    }
  }

  private static Object key(HostEvent event, boolean before) {
    return switch (event) {
      case HostEvent.OomKilled kill -> kill;
      case HostEvent.Denied d ->
          new Same(
              d.whose(),
              d.lsm() + " " + d.profile(),
              d.operation(),
              d.path().orElse(""),
              d.process(),
              before);
      case HostEvent.WriteFailed w ->
          new Same(
              w.whose(),
              w.errno() + " " + w.source(),
              "",
              w.path().orElse(""),
              w.program(),
              before);
      case HostEvent.KernelLogLost lost ->
          new Same(lost.whose(), lost.source(), "", "", "", before);
      case HostEvent.ContractEvent c ->
          new Same(c.whose(), c.rule().label(), c.begins() ? "begins" : "", c.path(), "", before);
    };
  }

  private static void bound(SequencedMap<Object, LoggedEvent> entries, Whose whose) {
    long own = entries.values().stream().filter(e -> e.event().whose().equals(whose)).count();
    if (own > MOST_OF_ONE) {
      removeOldest(entries, Optional.of(whose));
    } else if (entries.size() > MOST) {
      removeOldest(entries, Optional.empty());
    }
  }

  private static void removeOldest(
      SequencedMap<Object, LoggedEvent> entries, Optional<Whose> whose) {
    for (Iterator<LoggedEvent> each = entries.values().iterator(); each.hasNext(); ) {
      LoggedEvent entry = each.next();
      if (whose.isEmpty() || entry.event().whose().equals(whose.get())) {
        each.remove();
        return;
      }
    }
  }

  /** Newest first. */
  List<LoggedEvent> entries() {
    List<LoggedEvent> all = new ArrayList<>();
    kinds.values().forEach(entries -> all.addAll(entries.values()));
    all.sort(Comparator.comparing(LoggedEvent::last).reversed());
    return all;
  }
}
