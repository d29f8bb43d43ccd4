package io.bilgewatch.agent.web;

import io.prometheus.metrics.model.registry.MetricNameFilter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;

/**
 * {@code /metrics}: a registry's snapshot in the format that the scraper likes best. {@code name[]}
 * parameters choose metrics by name.
 */
public final class ExpositionRoute implements Route {
  private final PrometheusRegistry registry;

  public ExpositionRoute(PrometheusRegistry registry) {
    this.registry = registry;
  }

  @Override
  public Response answer(Request request) {
    ExpositionFormat format = ExpositionFormat.negotiate(request.header("Accept"));
    MetricSnapshots snapshots = scrape(request.parameters("name[]"));
    return new Response(
        200, format.contentType(), true, Map.of(), out -> format.write(out, snapshots));
  }

  private MetricSnapshots scrape(List<String> names) {
    return names.isEmpty()
        ? registry.scrape()
        : registry.scrape(MetricNameFilter.builder().nameMustBeEqualTo(names).build());
  }
}
