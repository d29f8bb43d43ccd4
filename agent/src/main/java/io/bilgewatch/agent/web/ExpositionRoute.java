package io.bilgewatch.agent.web;

import io.bilgewatch.agent.metrics.DirectText;
import io.bilgewatch.agent.metrics.DirectText.Dialect;
import io.prometheus.metrics.model.registry.MetricNameFilter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * {@code /metrics}: a registry's snapshot in the format that the scraper likes best. {@code name[]}
 * parameters choose metrics by name. What can write itself as text does so, and the snapshot has
 * the rest.
 */
public final class ExpositionRoute implements Route {
  private final PrometheusRegistry registry;
  private final DirectText direct;

  public ExpositionRoute(PrometheusRegistry registry) {
    this(registry, DirectText.none());
  }

  /**
   * @param direct also registered in the registry, for the formats and requests that it can't
   *     answer itself
   */
  public ExpositionRoute(PrometheusRegistry registry, DirectText direct) {
    this.registry = registry;
    this.direct = direct;
  }

  @Override
  public Response answer(Request request) {
    ExpositionFormat format = ExpositionFormat.negotiate(request.header("Accept"));
    List<String> names = request.parameters("name[]");
    return new Response(
        200, format.contentType(), true, Map.of(), out -> write(format, names, out));
  }

  private void write(ExpositionFormat format, List<String> names, OutputStream out)
      throws IOException {
    if (!names.isEmpty()) {
      format.write(
          out, registry.scrape(MetricNameFilter.builder().nameMustBeEqualTo(names).build()));
      return;
    }
    switch (format) {
      case PROTOBUF -> format.write(out, registry.scrape());
      // The snapshot comes last: in OpenMetrics it brings the end mark.
      case TEXT -> {
        direct.writeTo(out, Dialect.PROMETHEUS);
        format.write(out, others());
      }
      case OPEN_METRICS -> {
        direct.writeTo(out, Dialect.OPEN_METRICS);
        format.write(out, others());
      }
    }
  }

  private MetricSnapshots others() {
    return registry.scrape(name -> !direct.covers(name));
  }
}
