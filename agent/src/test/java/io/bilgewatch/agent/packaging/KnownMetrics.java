package io.bilgewatch.agent.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The names that queries in documents and dashboards may use. */
public final class KnownMetrics {
  /**
   * Promised and not exported yet; their queries are run, but need not return data. A test fails
   * where one of them is exported, so that the list can only shrink.
   */
  public static final Set<String> NOT_YET = Set.of();

  private static final Pattern OURS = Pattern.compile("\\bbilgewatch_[a-z_]+[a-z]");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(bilgewatch_[a-z_]+)` \\|");

  private KnownMetrics() {}

  /** Those of our names in a text that are in neither the document nor the list. */
  static Set<String> unknown(String text) {
    Set<String> named = ours(text);
    named.removeAll(documented());
    named.removeAll(NOT_YET);
    return named;
  }

  /** All of our names in a text. */
  public static Set<String> ours(String text) {
    return OURS.matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Those that {@code docs/metrics.md} lists. */
  static Set<String> documented() {
    Path document = Path.of(System.getProperty("bilgewatch.root"), "docs", "metrics.md");
    try {
      return ROW.matcher(Files.readString(document))
          .results()
          .map(row -> row.group(1))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
