package io.bilgewatch.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.metrics.DirectText.Dialect;
import io.bilgewatch.agent.metrics.HostMetrics;
import io.bilgewatch.agent.view.HostView;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the metrics write themselves is what the Java client writes of their snapshot. */
class DirectTextTest {
  private final HostView view = MadeUpHost.with(7);
  private final HostMetrics metrics =
      new HostMetrics(
          () -> Optional.of(view),
          new HostMetrics.BuildInfo("1", "a \"quoted\" \\ revision\nof two lines", "25"),
          Configuration.defaults().metrics());

  @Test
  void inTheTextFormat() throws IOException {
    agree(Dialect.PROMETHEUS, PrometheusTextFormatWriter.builder().build());
  }

  @Test
  void inOpenMetrics() throws IOException {
    agree(Dialect.OPEN_METRICS, OpenMetricsTextFormatWriter.builder().build());
  }

  private void agree(Dialect dialect, ExpositionFormatWriter client) throws IOException {
    ByteArrayOutputStream direct = new ByteArrayOutputStream();
    metrics.writeTo(direct, dialect);
    ByteArrayOutputStream snapshots = new ByteArrayOutputStream();
    client.write(snapshots, metrics.collect());
    NavigableSet<String> mine = lines(direct);
    assertEquals(lines(snapshots), mine);
    assertTrue(mine.size() > 400, () -> mine.size() + " lines");
  }

  /** Lines with their labels in alphabetical order and their values as doubles. */
  private static NavigableSet<String> lines(ByteArrayOutputStream text) {
    NavigableSet<String> lines = new TreeSet<>();
    text.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.equals("# EOF"))
        .map(line -> line.startsWith("#") ? line : sample(line))
        .forEach(lines::add);
    return lines;
  }

  private static String sample(String line) {
    int value = line.lastIndexOf(' ');
    int open = line.indexOf('{');
    if (open < 0) {
      return line.substring(0, value) + " " + Double.parseDouble(line.substring(value + 1));
    }
    String[] labels = line.substring(open + 1, value - 1).split("(?<=\"),(?=[a-z_]+=)", -1);
    Arrays.sort(labels);
    return line.substring(0, open)
        + Arrays.toString(labels)
        + Double.parseDouble(line.substring(value + 1).replace("+Inf", "Infinity"));
  }
}
