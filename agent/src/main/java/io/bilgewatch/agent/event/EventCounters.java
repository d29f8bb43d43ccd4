package io.bilgewatch.agent.event;

import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.oom.OomCause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Counts events by container. What a container chooses is bounded: in number for each container and
 * in all, and in length; beyond that it is counted as {@code other}. Counts of a container that is
 * gone stay for {@link #RETENTION}, so that a scrape can't miss them. Not for several threads.
 */
final class EventCounters {
  /** A scrape every few minutes still sees the last kill of a container. */
  static final Duration RETENTION = Duration.ofMinutes(20);

  /** Series of one metric and container that are told apart. */
  static final int MOST_OF_ONE = 64;

  /** Containers that are gone and still have counts. */
  static final int MOST_GONE = 2_000;

  private static final String HOST = "";

  private final LabelText text;
  private final int mostSeries;
  private final Map<String, Owner> owners = new TreeMap<>();
  private final Map<EventMetric, Integer> series = new EnumMap<>(EventMetric.class);
  private List<EventCount> counts;
  private final Map<EventMetric, Long> folded = new EnumMap<>(EventMetric.class);

  private static final class Owner {
    final Map<EventMetric, Map<List<String>, Long>> counts = new EnumMap<>(EventMetric.class);
    String name;
    Instant lastThere;

    /** Whether it has its zeros. */
    boolean seeded;

    Owner(String name, Instant lastThere) {
      this.name = name;
      this.lastThere = lastThere;
    }

    Map<List<String>, Long> of(EventMetric metric) {
      return counts.computeIfAbsent(metric, _ -> new LinkedHashMap<>());
    }
  }

  /**
   * @param mostSeries of one metric, over all containers
   */
  EventCounters(LabelText text, int mostSeries) {
    this.text = text;
    this.mostSeries = mostSeries;
  }

  void count(EventMetric metric, Whose whose, List<String> labels, long times, Instant at) {
    counts = null;
    Owner owner = owners.computeIfAbsent(whose.containerId(), _ -> new Owner(whose.text(), at));
    if (at.isAfter(owner.lastThere)) {
      owner.lastThere = at;
    }
    List<String> bounded = labels.stream().map(text::of).toList();
    Map<List<String>, Long> known = owner.of(metric);
    boolean room =
        known.containsKey(bounded)
            || (known.size() < MOST_OF_ONE && series.getOrDefault(metric, 0) < mostSeries);
    List<String> key = room ? bounded : metric.folded(bounded);
    if (!room && !key.equals(bounded)) {
      folded.merge(metric, times, Long::sum);
    }
    if (known.merge(key, times, Long::sum) == times) {
      series.merge(metric, 1, Integer::sum);
    }
  }

  /**
   * Takes note of which containers there are: their names now, and a zero for what must not begin
   * with its first kill.
   *
   * @param present name by id
   */
  void present(Map<String, String> present, Instant now) {
    for (Map.Entry<String, String> one : present.entrySet()) {
      Owner owner = owners.get(one.getKey());
      if (owner == null || !owner.seeded) {
        owner = seeded(one.getKey(), one.getValue(), now);
      }
      if (!owner.name.equals(one.getValue())) {
        owner.name = one.getValue();
        counts = null;
      }
      owner.lastThere = now;
    }
    int others = owners.containsKey(HOST) ? 1 : 0;
    if (owners.size() > present.size() + others) {
      forget(present, now);
    }
  }

  private Owner seeded(String id, String name, Instant now) {
    Owner owner = owners.computeIfAbsent(id, _ -> new Owner(name, now));
    for (OomCause cause : OomCause.values()) {
      owner.of(EventMetric.OOM_KILLS).putIfAbsent(List.of(cause.label()), 0L);
    }
    owner.seeded = true;
    counts = null;
    return owner;
  }

  private void forget(Map<String, String> present, Instant now) {
    List<String> gone =
        owners.keySet().stream()
            .filter(id -> !present.containsKey(id) && !id.equals(HOST))
            .toList();
    for (String id : gone) {
      Owner owner = owners.get(id);
      if (owner.seeded) {
        owner.of(EventMetric.OOM_KILLS).values().removeIf(count -> count == 0);
        owner.seeded = false;
        counts = null;
      }
      boolean empty = owner.counts.values().stream().allMatch(Map::isEmpty);
      if (empty || owner.lastThere.plus(RETENTION).isBefore(now)) {
        remove(id);
      }
    }
    gone.stream()
        .filter(owners::containsKey)
        .sorted(Comparator.comparing((String id) -> owners.get(id).lastThere).reversed())
        .skip(MOST_GONE)
        .toList()
        .forEach(this::remove);
  }

  private void remove(String id) {
    Owner owner = Objects.requireNonNull(owners.remove(id));
    counts = null;
    owner.counts.forEach((metric, counts) ->
        series.merge(
            metric,
            -(int) counts.values().stream().filter(count -> count > 0).count(),
            Integer::sum));
  }

  /** The same list until one of them is another. */
  List<EventCount> counts() {
    if (counts == null) {
      counts = all();
    }
    return counts;
  }

  private List<EventCount> all() {
    List<EventCount> all = new ArrayList<>();
    owners.forEach((id, owner) ->
        owner.counts.forEach((metric, counts) ->
            counts.forEach((labels, value) ->
                all.add(
                    new EventCount(
                        metric, id.equals(HOST) ? "" : owner.name, id, labels, value)))));
    return List.copyOf(all);
  }

  /** Events that were counted as {@code other}, by metric. */
  Map<EventMetric, Long> folded() {
    return new EnumMap<>(folded);
  }
}
