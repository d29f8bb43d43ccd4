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
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
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

  /**
   * Rows, labels and room of one view are used for the next: nothing of one may show in another.
   */
  @Test
  void whateverWasWrittenBeforeAViewIsWrittenAsByOneWhoSawNoOther() throws IOException {
    AtomicReference<HostView> latest = new AtomicReference<>(view);
    HostMetrics old = metrics(latest);
    List<HostView> views =
        List.of(
            view,
            MadeUpHost.later(view, 1),
            MadeUpHost.renamed(view),
            MadeUpHost.with(40),
            MadeUpHost.with(1),
            MadeUpHost.with(0),
            MadeUpHost.later(view, 2),
            MadeUpHost.later(MadeUpHost.with(40), 3));
    for (HostView next : views) {
      latest.set(next);
      for (Dialect dialect : Dialect.values()) {
        assertEquals(text(metrics(latest), dialect), text(old, dialect));
      }
    }
  }

  private static HostMetrics metrics(AtomicReference<HostView> latest) {
    return new HostMetrics(
        () -> Optional.of(latest.get()),
        new HostMetrics.BuildInfo("1", "none", "25"),
        Configuration.defaults().metrics());
  }

  private static String text(HostMetrics metrics, Dialect dialect) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    metrics.writeTo(out, dialect);
    return out.toString(StandardCharsets.UTF_8);
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
