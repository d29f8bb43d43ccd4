package io.bilgewatch.agent.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.bilgewatch.agent.risk.Points;
import io.bilgewatch.kernel.KernelPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;

/** Reads what {@link HistoryWriter} wrote, and of anything else only a bounded part. */
final class HistoryReader {
  static final String FORMAT = "bilgewatch histories";
  static final int VERSION = 1;

  /** Bounds on what is unpacked: 2,500 full histories take 30 MiB. */
  static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(96 << 20)
                  .maxNestingDepth(8)
                  .maxStringLength(8192)
                  .maxNameLength(64)
                  .maxNumberLength(20)
                  .build())
          .build();

  private final JsonParser json;
  private final int mostSeries;
  private final SequencedMap<SeriesKey, Points> series = new LinkedHashMap<>();
  private boolean knownFormat;
  private boolean knownVersion;
  private Optional<Instant> at = Optional.empty();

  private HistoryReader(JsonParser json, int mostSeries) {
    this.json = json;
    this.mostSeries = mostSeries;
  }

  /**
   * @param mostSeries of more than these, the last are taken: they were fed last
   */
  static SavedHistories read(InputStream in, int mostSeries) throws IOException {
    try (JsonParser json = JSON.createParser(in)) {
      return new HistoryReader(json, mostSeries).document();
    }
  }

  private SavedHistories document() throws IOException {
    expect(json.nextToken(), JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "format" -> knownFormat = json.getText().equals(FORMAT);
        case "version" -> version();
        case "at" -> at = Optional.of(instant());
        case "series" -> allSeries();
        default -> json.skipChildren();
      }
    }
    expect(json.currentToken(), JsonToken.END_OBJECT);
    return new SavedHistories(at.orElseThrow(() -> new NotAHistory("no time of writing")), series);
  }

  private void version() throws IOException {
    int version = json.currentToken() == JsonToken.VALUE_NUMBER_INT ? json.getIntValue() : 0;
    if (version != VERSION) {
      throw new NotAHistory("version " + version + ", and only " + VERSION + " is known");
    }
    knownVersion = true;
  }

  private Instant instant() throws IOException {
    try {
      return Instant.parse(json.getText());
    } catch (DateTimeParseException e) {
      throw new NotAHistory("not a time: " + e.getMessage());
    }
  }

  private void allSeries() throws IOException {
    if (!knownFormat || !knownVersion) {
      throw new NotAHistory("format and version are to come first");
    }
    expect(json.currentToken(), JsonToken.START_ARRAY);
    while (json.nextToken() == JsonToken.START_OBJECT) {
      oneSeries();
      if (series.size() > mostSeries) {
        series.pollFirstEntry();
      }
    }
    expect(json.currentToken(), JsonToken.END_ARRAY);
  }

  private void oneSeries() throws IOException {
    Optional<SeriesKey.Kind> kind = Optional.empty();
    String owner = "";
    String name = "";
    Points points = new Points(0);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "kind" -> kind = SeriesKey.Kind.labelled(json.getText());
        case "owner" -> owner = json.getText();
        case "name" -> name = json.getText();
        case "points" -> points = points();
        default -> json.skipChildren();
      }
    }
    expect(json.currentToken(), JsonToken.END_OBJECT);
    // A kind that a later agent has is its own business.
    if (kind.isPresent()) {
      series.putLast(new SeriesKey(kind.get(), path(owner), path(name)), points);
    }
  }

  private Points points() throws IOException {
    expect(json.currentToken(), JsonToken.START_ARRAY);
    Points points = new Points(Histories.MOST_POINTS);
    while (json.nextToken() == JsonToken.START_ARRAY) {
      if (points.size() == Histories.MOST_POINTS) {
        throw new NotAHistory("more than " + Histories.MOST_POINTS + " points");
      }
      long age = number();
      long last = number();
      long least = number();
      long most = number();
      expect(json.nextToken(), JsonToken.END_ARRAY);
      add(points, age, last, least, most);
    }
    expect(json.currentToken(), JsonToken.END_ARRAY);
    return points;
  }

  private static void add(Points points, long age, long last, long least, long most)
      throws NotAHistory {
    if (age < 0 || least > last || last > most) {
      throw new NotAHistory("no point: " + age + ", " + last + ", " + least + ", " + most);
    }
    long nanos = -TimeUnit.MILLISECONDS.toNanos(age);
    // Two within one millisecond are one.
    if (points.size() == 0 || nanos > points.nanos(points.size() - 1)) {
      points.add(nanos, last, least, most, 0);
    }
  }

  private long number() throws IOException {
    expect(json.nextToken(), JsonToken.VALUE_NUMBER_INT);
    return json.getLongValue();
  }

  private static void expect(JsonToken found, JsonToken expected) throws NotAHistory {
    if (found != expected) {
      throw new NotAHistory(expected + " was expected, not " + found);
    }
  }

  private static KernelPath path(String characters) {
    return KernelPath.of(characters.getBytes(StandardCharsets.ISO_8859_1));
  }
}
