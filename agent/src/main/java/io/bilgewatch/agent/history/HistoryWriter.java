package io.bilgewatch.agent.history;

import com.fasterxml.jackson.core.JsonGenerator;
import io.bilgewatch.agent.risk.Points;
import io.bilgewatch.kernel.KernelPath;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Writes histories as {@link HistoryReader} reads them; cut here:
 *
 * <pre>{@code
 * {"format":"bilgewatch histories","version":1,"at":"2026-03-01T07:12:09.100Z","series":[
 *  {"kind":"tmpfs","owner":"<64 hex>","name":"/tmp","points":[[9375,4096,4096,8192],[0,8192,...]]}]}
 * }</pre>
 *
 * <p>A point is its age in milliseconds at the writing, and the last, the least and the most bytes.
 * Owner and name are bytes, each as the character of that number.
 */
final class HistoryWriter {
  private HistoryWriter() {}

  static void write(OutputStream out, Histories histories, Instant at, long nowNanos)
      throws IOException {
    try (JsonGenerator json = HistoryReader.JSON.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("format", HistoryReader.FORMAT);
      json.writeNumberField("version", HistoryReader.VERSION);
      json.writeStringField("at", at.toString());
      json.writeArrayFieldStart("series");
      // One copied after another, so that a look never waits for a disk.
      for (SeriesKey key : histories.keys()) {
        Optional<Points> points = histories.copy(key);
        if (points.isPresent()) {
          write(json, key, points.get(), nowNanos);
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void write(JsonGenerator json, SeriesKey key, Points points, long nowNanos)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", key.kind().label());
    json.writeStringField("owner", characters(key.owner()));
    json.writeStringField("name", characters(key.name()));
    json.writeArrayFieldStart("points");
    for (int i = 0; i < points.size(); i++) {
      json.writeStartArray();
      // Fed while the file is written, it may be newer than the file.
      long age = Math.max(0, nowNanos - points.nanos(i));
      json.writeNumber(TimeUnit.NANOSECONDS.toMillis(age));
      json.writeNumber(points.last(i));
      json.writeNumber(points.least(i));
      json.writeNumber(points.most(i));
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static String characters(KernelPath path) {
    return new String(path.bytes(), StandardCharsets.ISO_8859_1);
  }
}
