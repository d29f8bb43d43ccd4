package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.risk.Growth;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/** By what containers can be sorted. Who does not have it comes last, whichever way it is. */
// Its functions are lambdas that hold nothing.
@SuppressWarnings("ImmutableEnumChecker")
enum FleetOrder {
  WORST("worst", "Worst first", false, vessel -> known(vessel.condition().rank)),
  NAME("name", "Name", false, _ -> OptionalDouble.empty()),
  ROOT("root", "Next to seal", false, FleetOrder::root),
  LAYER("layer", "Layer", true, vessel -> number(vessel.layer().bytes().optional().orElse(null))),
  GROWTH("growth", "Growth", true, FleetOrder::growth),
  TMPFS("tmpfs", "tmpfs", true, vessel -> vessel.tmpfs().depth()),
  MEMORY("memory", "Memory", true, v -> number(v.memoryUsage().optional().orElse(null))),
  CHECKS("checks", "Checks", false, FleetOrder::checks),
  LATELY("lately", "Last event", false, FleetOrder::lately);

  private static final Comparator<Vessel> BY_NAME =
      Comparator.comparing((Vessel vessel) -> vessel.named().name())
          .thenComparing(vessel -> vessel.named().id());

  /** Among equals: who is at its end soonest, who lies deepest, who carries most. */
  private static final Comparator<Place> WORST_FIRST =
      Comparator.comparingDouble(Place::soonest)
          .thenComparingDouble(place -> -place.depth())
          .thenComparingLong(place -> -place.vessel().layer().bytes().optional().orElse(-1L))
          .thenComparing(Place::vessel, BY_NAME);

  final String label;
  final String words;

  /** Which way it is sorted where nobody says. */
  final boolean descends;

  private final Function<Vessel, OptionalDouble> by;

  FleetOrder(String label, String words, boolean descends, Function<Vessel, OptionalDouble> by) {
    this.label = label;
    this.words = words;
    this.descends = descends;
    this.by = by;
  }

  /** A vessel with what it is sorted by, which is found out once. */
  private record Place(Vessel vessel, OptionalDouble by, double soonest, double depth) {
    Place(Vessel vessel, OptionalDouble by) {
      this(vessel, by, vessel.soonest().orElse(Double.POSITIVE_INFINITY), vessel.depth());
    }
  }

  List<Vessel> sorted(Stream<Vessel> vessels, boolean descending) {
    if (this == NAME) {
      return vessels.sorted(descending ? BY_NAME.reversed() : BY_NAME).toList();
    }
    double sign = descending ? -1 : 1;
    return vessels
        .map(vessel -> new Place(vessel, by.apply(vessel)))
        .sorted(
            Comparator.comparing((Place place) -> place.by().isEmpty())
                .thenComparingDouble(place -> sign * place.by().orElse(0))
                .thenComparing(WORST_FIRST))
        .map(Place::vessel)
        .toList();
  }

  private static OptionalDouble known(double value) {
    return OptionalDouble.of(value);
  }

  private static OptionalDouble number(Long value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** Writable ones by how little they wrote: the first is the next; then those that are sealed. */
  private static OptionalDouble root(Vessel vessel) {
    if (!vessel.rootReadOnly().isPresent()) {
      return OptionalDouble.empty();
    }
    return vessel.isSealed()
        ? known(Double.MAX_VALUE)
        : known((double) vessel.layer().changes().orElse(Long.MAX_VALUE));
  }

  private static OptionalDouble growth(Vessel vessel) {
    double layer =
        vessel
            .layer()
            .growth()
            .optional()
            .filter(Growth::isGrowing)
            .map(Growth::bytesPerSecond)
            .orElse(0.0);
    double all = layer + vessel.tmpfs().bytesPerSecond();
    return all > 0 ? known(all) : OptionalDouble.empty();
  }

  private static OptionalDouble checks(Vessel vessel) {
    return vessel.checks().answered() == 0
        ? OptionalDouble.empty()
        : known((double) vessel.checks().passed() / vessel.checks().answered());
  }

  private static OptionalDouble lately(Vessel vessel) {
    return vessel.last().isEmpty()
        ? OptionalDouble.empty()
        : known((double) vessel.last().get().ago().toMillis());
  }
}
