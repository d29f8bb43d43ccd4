package io.bilgewatch.bench;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.metrics.DirectText.Dialect;
import io.bilgewatch.agent.metrics.HostMetrics;
import io.bilgewatch.agent.view.HostView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The text of a scrape of 50 containers that have everything, of a view never rendered before. */
@State(Scope.Thread)
public class ExpositionBenchmark {
  private final HostView view = MadeUpHost.with(50);
  private final ByteArrayOutputStream text = new ByteArrayOutputStream(1 << 20);
  private final HostMetrics metrics =
      new HostMetrics(
          () -> Optional.of(MadeUpHost.anew(view)),
          new HostMetrics.BuildInfo("bench", "none", "25"),
          Configuration.defaults().metrics());

  @Benchmark
  public int scrape() throws IOException {
    text.reset();
    metrics.writeTo(text, Dialect.PROMETHEUS);
    return text.size();
  }
}
