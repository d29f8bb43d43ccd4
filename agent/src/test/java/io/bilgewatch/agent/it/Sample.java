package io.bilgewatch.agent.it;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A sample of a container with all its labels, unescaped. */
record Sample(Map<String, String> labels, double value) {
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  static List<Sample> of(Scrape scrape, String metric, String container) {
    return all(scrape, metric)
        .filter(sample -> sample.label("container").equals(container))
        .toList();
  }

  static Stream<Sample> all(Scrape scrape, String metric) {
    return scrape.samples().entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(metric + "{"))
        .map(entry -> new Sample(labels(entry.getKey()), entry.getValue()));
  }

  String label(String name) {
    return labels.getOrDefault(name, "");
  }

  private static Map<String, String> labels(String series) {
    Map<String, String> labels = new HashMap<>();
    Matcher matcher = LABEL.matcher(series.substring(series.indexOf('{')));
    while (matcher.find()) {
      labels.put(matcher.group(1), unescaped(matcher.group(2)));
    }
    return labels;
  }

  /** As the text format escapes label values: backslash, quote and newline. */
  private static String unescaped(String text) {
    return Pattern.compile("\\\\(.)")
        .matcher(text)
        .replaceAll(m -> Matcher.quoteReplacement(m.group(1).equals("n") ? "\n" : m.group(1)));
  }
}
