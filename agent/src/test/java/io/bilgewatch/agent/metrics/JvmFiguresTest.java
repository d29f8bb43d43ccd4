package io.bilgewatch.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class JvmFiguresTest {
  @Test
  void theyAreAllThatTheLibraryHas() {
    PrometheusRegistry whole = new PrometheusRegistry();
    JvmMetrics.builder().register(whole);
    PrometheusRegistry ours = new PrometheusRegistry();
    JvmFigures.register(ours);
    assertEquals(names(whole), names(ours));
    assertTrue(names(ours).contains("jvm_threads_deadlocked"), () -> names(ours).toString());
  }

  private static Set<String> names(PrometheusRegistry registry) {
    Set<String> names = new TreeSet<>();
    registry.scrape().forEach(family -> names.add(family.getMetadata().getName()));
    return names;
  }
}
