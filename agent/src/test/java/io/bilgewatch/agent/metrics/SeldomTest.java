package io.bilgewatch.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SeldomTest {
  private final PrometheusRegistry dear = new PrometheusRegistry();
  private final AtomicInteger figure = new AtomicInteger();
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final Seldom seldom = new Seldom(dear, Duration.ofNanos(10), now::get);

  SeldomTest() {
    GaugeWithCallback.builder().name("dear").callback(to -> to.call(figure.get())).register(dear);
  }

  private double value() {
    GaugeSnapshot snapshot = (GaugeSnapshot) seldom.collect().get(0);
    return snapshot.getDataPoints().getFirst().getValue();
  }

  @Test
  void theFirstTimeIsAtOnceAndTheNextOnlyAfterTheRest() {
    figure.set(1);
    assertEquals(1, value());
    figure.set(2);
    now.addAndGet(9);
    assertEquals(1, value(), "before the rest is over");
    now.addAndGet(1);
    assertEquals(2, value(), "behind it");
  }

  @Test
  void aScrapeThatWantsAnotherNameGetsNothing() {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(seldom);
    assertEquals(0, registry.scrape("other"::equals).size());
    assertEquals(1, registry.scrape("dear"::equals).size());
  }
}
