package io.bilgewatch.agent.metrics;

import io.bilgewatch.agent.metrics.DirectText.Dialect;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes samples in the text formats of Prometheus (0.0.4) and OpenMetrics (1.0):
 *
 * <pre>
 * # HELP bilgewatch_container_restarts_total Restarts by the restart policy, Docker's own count.
 * # TYPE bilgewatch_container_restarts_total counter
 * bilgewatch_container_restarts_total{container="web",container_id="0123456789ab"} 3
 * </pre>
 *
 * <p>OpenMetrics names the family without {@code _total} and {@code _info}, has TYPE before HELP
 * and a type of its own for infos; it escapes quotes in HELP too.
 */
final class SampleText {
  /** Whole numbers up to here are exact as doubles, and are written as such. */
  private static final double EXACT = 1L << 53;

  private static final int CHUNK_CHARS = 32 << 10;

  private final Dialect dialect;
  private final StringBuilder text = new StringBuilder(CHUNK_CHARS + 1024);

  SampleText(Dialect dialect) {
    this.dialect = dialect;
  }

  void write(Samples samples, OutputStream out) throws IOException {
    for (MetricFamily family : Families.all()) {
      List<Samples.Row> rows = samples.of(family);
      if (!rows.isEmpty()) {
        appendHead(family);
        for (Samples.Row row : rows) {
          append(family, row);
          if (text.length() > CHUNK_CHARS) {
            flush(out);
          }
        }
      }
    }
    flush(out);
  }

  private void flush(OutputStream out) throws IOException {
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    text.setLength(0);
  }

  private void appendHead(MetricFamily family) {
    switch (dialect) {
      case PROMETHEUS -> {
        String type = family.type() == MetricFamily.Type.COUNTER ? "counter" : "gauge";
        text.append("# HELP ").append(family.name()).append(' ');
        appendEscaped(family.help(), false);
        text.append("\n# TYPE ").append(family.name()).append(' ').append(type).append('\n');
      }
      case OPEN_METRICS -> {
        String type = family.type().openMetrics();
        text.append("# TYPE ").append(family.baseName()).append(' ').append(type);
        text.append("\n# HELP ").append(family.baseName()).append(' ');
        appendEscaped(family.help(), true);
        text.append('\n');
      }
    }
  }

  private void append(MetricFamily family, Samples.Row row) {
    text.append(family.name());
    char before = '{';
    for (int i = 0; i < row.labels().size(); i++) {
      text.append(before).append(family.labels().get(i)).append("=\"");
      appendEscaped(row.labels().get(i), true);
      text.append('"');
      before = ',';
    }
    text.append(before == '{' ? " " : "} ");
    appendValue(row.value());
    text.append('\n');
  }

  private void appendEscaped(String value, boolean quotes) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' || c == '\n' || (c == '"' && quotes)) {
        text.append(value, 0, i);
        appendRestEscaped(value, i, quotes);
        return;
      }
    }
    text.append(value);
  }

  private void appendRestEscaped(String value, int from, boolean quotes) {
    for (int i = from; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '"' -> text.append(quotes ? "\\\"" : "\"");
        default -> text.append(c);
      }
    }
  }

  private void appendValue(double value) {
    if (value == Math.rint(value) && Math.abs(value) <= EXACT) {
      text.append((long) value);
    } else if (Double.isInfinite(value)) {
      text.append(value > 0 ? "+Inf" : "-Inf");
    } else {
      text.append(value);
    }
  }
}
