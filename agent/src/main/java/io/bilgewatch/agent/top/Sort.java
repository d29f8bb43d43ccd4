package io.bilgewatch.agent.top;

import io.bilgewatch.agent.rule.Severity;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What comes first. */
// The comparators are of method references, which nobody can change.
@SuppressWarnings("ImmutableEnumChecker")
public enum Sort {
  WORST(worst()),
  NAME(Comparator.comparing(row -> natural(row.name()))),
  LAYER(most(Row::layerBytes)),
  GROWTH(most(row -> row.growth().orElse(Double.NEGATIVE_INFINITY))),
  TMPFS(most(Row::tmpfsBytes)),
  MEMORY(most(Row::memoryBytes)),
  RISK(most(Row::risk)),
  HARDENING(Comparator.comparingDouble(Row::hardening));

  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,20}");

  private final Comparator<Row> order;

  Sort(Comparator<Row> order) {
    this.order = order;
  }

  /** What fires, then what ends soonest, then what is nearly full, grows fastest, is largest. */
  private static Comparator<Row> worst() {
    return Comparator.comparing((Row row) -> row.severity().orElse(Severity.INFO))
        .thenComparingDouble(row -> row.ending().map(Ending::seconds).orElse(Double.MAX_VALUE))
        .thenComparing(row -> row.pressure() < Row.TIGHT)
        .thenComparing(most(row -> Math.max(0, row.growth().orElse(0))))
        .thenComparing(row -> !row.view().running())
        .thenComparing(most(Row::layerBytes));
  }

  private static Comparator<Row> most(Function<Row, Double> figure) {
    return Comparator.comparing(figure).reversed();
  }

  /** Rows that are alike stand in the order of their names, so that none jumps about. */
  Comparator<Row> order(boolean reversed) {
    Comparator<Row> first = reversed ? order.reversed() : order;
    return first.thenComparing(row -> natural(row.name())).thenComparing(Row::id);
  }

  /** By which {@code web-2} stands before {@code web-10}. */
  private static String natural(String name) {
    return DIGITS.matcher(name).replaceAll(digits -> "%20s".formatted(digits.group()));
  }

  Sort next() {
    List<Sort> all = List.of(values());
    return all.get((all.indexOf(this) + 1) % all.size());
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
