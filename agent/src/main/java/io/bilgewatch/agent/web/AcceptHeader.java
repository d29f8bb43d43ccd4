package io.bilgewatch.agent.web;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The parts of an Accept or Accept-Encoding header (RFC 9110, section 12.5), dearest first:
 *
 * <pre>
 * application/openmetrics-text;version=1.0.0;q=0.5, text/plain;version=0.0.4;q=0.2, *&#47;*;q=0.1
 * </pre>
 *
 * What can't be read as that is left out: a scraper gets the default rather than an error.
 */
record AcceptHeader(List<Range> ranges) {
  private static final int MOST = 64;

  /**
   * @param name lower-case, such as {@code text/plain} or {@code gzip}
   * @param parameters lower-case names and values, without q
   * @param quality 0 to 1
   */
  record Range(String name, Map<String, String> parameters, double quality) {

    /** Whether a parameter is as named, or not there. */
    boolean agrees(String parameter, String value) {
      return parameters.getOrDefault(parameter, value).equals(value);
    }
  }

  static AcceptHeader parse(String text) {
    List<Range> ranges = new ArrayList<>();
    for (String part : text.split(",", MOST)) {
      range(part).ifPresent(ranges::add);
    }
    // The sort is stable: of two equals the one that was named first stays first.
    ranges.sort(Comparator.comparingDouble(Range::quality).reversed());
    return new AcceptHeader(List.copyOf(ranges));
  }

  /** Whether an encoding is wanted: named with a quality above 0, or by the wildcard. */
  boolean accepts(String encoding) {
    return quality(encoding).or(() -> quality("*")).orElse(0.0) > 0;
  }

  private Optional<Double> quality(String name) {
    return ranges.stream()
        .filter(range -> range.name().equals(name))
        .map(Range::quality)
        .findFirst();
  }

  private static Optional<Range> range(String text) {
    String[] parts = text.toLowerCase(Locale.ROOT).split(";", MOST);
    Map<String, String> parameters = new HashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals > 0) {
        String value = parts[i].substring(equals + 1).strip().replace("\"", "");
        parameters.put(parts[i].substring(0, equals).strip(), value);
      }
    }
    String name = parts[0].strip();
    Optional<Double> quality = quality(parameters);
    parameters.remove("q");
    return name.isEmpty()
        ? Optional.empty()
        : quality.map(value -> new Range(name, Map.copyOf(parameters), value));
  }

  private static Optional<Double> quality(Map<String, String> parameters) {
    String text = parameters.getOrDefault("q", "1");
    return text.matches("0(\\.\\d{0,9})?|1(\\.0{0,9})?")
        ? Optional.of(Double.valueOf(text))
        : Optional.empty();
  }
}
