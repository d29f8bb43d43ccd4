package io.bilgewatch.bench;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.config.ListenAddress;
import io.bilgewatch.agent.guard.Guard;
import io.bilgewatch.agent.metrics.HostMetrics;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.web.ExpositionRoute;
import io.bilgewatch.agent.web.HttpServer;
import io.bilgewatch.agent.web.Limits;
import io.bilgewatch.agent.web.Routes;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves the metrics of a host that is made up, with as many containers as its argument says: what
 * a scrape costs where no engine can hold so many. Every scrape finds another view, in which much
 * has changed, as if a second had passed. Prints the port, and ends with its standard input.
 */
final class ScrapeServer {
  private ScrapeServer() {}

  public static void main(String[] arguments) throws Exception {
    HostView first = MadeUpHost.with(Integer.parseInt(arguments[0]));
    // Made before, so that a scrape does not pay for them.
    List<HostView> views = List.of(MadeUpHost.later(first, 1), MadeUpHost.later(first, 2));
    AtomicInteger scrapes = new AtomicInteger();
    PrometheusRegistry registry = new PrometheusRegistry();
    HostMetrics metrics =
        new HostMetrics(
            () -> Optional.of(views.get(scrapes.getAndIncrement() % views.size())),
            new HostMetrics.BuildInfo("bench", "none", Runtime.version().toString()),
            Configuration.defaults().metrics());
    registry.register(metrics);
    try (HttpServer server =
        HttpServer.start(
            ListenAddress.parse("127.0.0.1:0"),
            new Routes(Map.of("/metrics", new ExpositionRoute(registry, metrics))),
            Limits.standard(),
            Guard.open())) {
      System.out.println(server.address().getPort());
      System.out.flush();
      while (System.in.read() >= 0) {
        // Until the input ends.
      }
    }
  }
}
