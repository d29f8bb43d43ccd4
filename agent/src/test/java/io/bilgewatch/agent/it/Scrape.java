package io.bilgewatch.agent.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One scrape in the text format, as far as these tests need it: sample by name and labels. */
public record Scrape(String text, Map<String, Double> samples) {
  private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z_]+(?:\\{.*\\})?) (\\S+)$");
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  public static Scrape of(URI metrics) {
    return of(get(metrics));
  }

  public static Scrape of(String text) {
    Map<String, Double> samples = new LinkedHashMap<>();
    Matcher matcher = SAMPLE.matcher(text);
    while (matcher.find()) {
      samples.put(matcher.group(1), number(matcher.group(2)));
    }
    return new Scrape(text, samples);
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "NaN" -> Double.NaN;
      default -> Double.parseDouble(text);
    };
  }

  public static String get(URI uri) {
    try {
      HttpResponse<String> response =
          CLIENT.send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
              HttpResponse.BodyHandlers.ofString());
      return response.body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(uri + ": " + e, e);
    }
  }

  /** The value of a container's series; further labels as {@code name="value"} in order. */
  public OptionalDouble of(String metric, String container, String... labels) {
    return samples.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(metric + "{"))
        .filter(entry -> has(entry.getKey(), "container=\"" + container + "\""))
        .filter(entry -> java.util.Arrays.stream(labels).allMatch(l -> has(entry.getKey(), l)))
        .mapToDouble(Map.Entry::getValue)
        .findFirst();
  }

  /** As {@link #of}, where it must be there. */
  public long value(String metric, String container, String... labels) {
    return (long)
        of(metric, container, labels)
            .orElseThrow(() -> new AssertionError("no " + metric + " of " + container));
  }

  /** The labels of a container's info series. */
  public Optional<String> series(String metric, String container, String... labels) {
    return samples.keySet().stream()
        .filter(key -> key.startsWith(metric + "{"))
        .filter(key -> has(key, "container=\"" + container + "\""))
        .filter(key -> java.util.Arrays.stream(labels).allMatch(l -> has(key, l)))
        .findFirst();
  }

  private static boolean has(String series, String label) {
    return series.contains("{" + label) || series.contains("," + label);
  }
}
