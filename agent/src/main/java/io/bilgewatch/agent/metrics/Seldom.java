package io.bilgewatch.agent.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.function.LongSupplier;

/** What is dear to collect, as it was when it was last collected: not each scrape pays for it. */
public final class Seldom implements MultiCollector {
  private final PrometheusRegistry dear;
  private final long restNanos;
  private final LongSupplier nanoTime;
  private MetricSnapshots last = new MetricSnapshots();
  private boolean collected;
  private long atNanos;

  /**
   * @param dear what is collected seldom, in a registry of its own
   * @param rest the least time between two collections
   */
  public Seldom(PrometheusRegistry dear, Duration rest) {
    this(dear, rest, System::nanoTime);
  }

  Seldom(PrometheusRegistry dear, Duration rest, LongSupplier nanoTime) {
    this.dear = dear;
    this.restNanos = rest.toNanos();
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized MetricSnapshots collect() {
    long now = nanoTime.getAsLong();
    if (!collected || now - atNanos >= restNanos) {
      last = dear.scrape();
      collected = true;
      atNanos = now;
    }
    return last;
  }
}
