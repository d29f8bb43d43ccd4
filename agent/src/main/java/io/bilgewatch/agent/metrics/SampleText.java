package io.bilgewatch.agent.metrics;

import io.bilgewatch.agent.metrics.DirectText.Dialect;
import java.io.IOException;
import java.io.OutputStream;

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
  private final Dialect dialect;
  private final ByteText text;

  SampleText(Dialect dialect, OutputStream out) {
    this.dialect = dialect;
    this.text = new ByteText(out);
  }

  void write(Samples samples) throws IOException {
    for (MetricFamily family : Families.all()) {
      Rows rows = samples.of(family);
      if (rows.size() > 0) {
        text.append(head(family));
        write(family.name(), rows);
      }
    }
    text.flush();
  }

  private String head(MetricFamily family) {
    StringBuilder head = new StringBuilder();
    switch (dialect) {
      case PROMETHEUS -> {
        String type = family.type() == MetricFamily.Type.COUNTER ? "counter" : "gauge";
        head.append("# HELP ").append(family.name()).append(' ');
        Escaping.HELP.append(head, family.help());
        head.append("\n# TYPE ").append(family.name()).append(' ').append(type);
      }
      case OPEN_METRICS -> {
        String type = family.type().openMetrics();
        head.append("# TYPE ").append(family.baseName()).append(' ').append(type);
        head.append("\n# HELP ").append(family.baseName()).append(' ');
        Escaping.LABEL.append(head, family.help());
      }
    }
    return head.append('\n').toString();
  }

  private void write(String name, Rows rows) throws IOException {
    byte[] open = ByteText.ascii(name + "{");
    byte[] bare = ByteText.ascii(name + " ");
    for (int row = 0; row < rows.size(); row++) {
      LabelPairs subject = rows.subject(row);
      LabelPairs detail = rows.detail(row);
      if (subject.isEmpty() && detail.isEmpty()) {
        text.append(bare);
      } else {
        text.append(open);
        text.append(subject.text());
        if (!subject.isEmpty() && !detail.isEmpty()) {
          text.append(',');
        }
        text.append(detail.text());
        text.append('}');
        text.append(' ');
      }
      text.append(rows.value(row));
      text.append('\n');
    }
  }
}
