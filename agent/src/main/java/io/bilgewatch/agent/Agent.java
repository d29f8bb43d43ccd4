package io.bilgewatch.agent;

import io.bilgewatch.agent.config.Alertmanager;
import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.config.Switch;
import io.bilgewatch.agent.event.HostEvent.Kind;
import io.bilgewatch.agent.guard.Guard;
import io.bilgewatch.agent.metrics.HostMetrics;
import io.bilgewatch.agent.metrics.JvmFigures;
import io.bilgewatch.agent.push.AlertmanagerPush;
import io.bilgewatch.agent.push.InstanceLabel;
import io.bilgewatch.agent.push.Links;
import io.bilgewatch.agent.render.AlertsJson;
import io.bilgewatch.agent.render.ContainersJson;
import io.bilgewatch.agent.render.EventsJson;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.Alert.State;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.watch.HostWatch;
import io.bilgewatch.agent.web.ExpositionRoute;
import io.bilgewatch.agent.web.HealthRoutes;
import io.bilgewatch.agent.web.HttpServer;
import io.bilgewatch.agent.web.Limits;
import io.bilgewatch.agent.web.Request;
import io.bilgewatch.agent.web.Response;
import io.bilgewatch.agent.web.Route;
import io.bilgewatch.agent.web.Routes;
import io.bilgewatch.agent.web.page.ContainerPage;
import io.bilgewatch.agent.web.page.LandingPage;
import io.bilgewatch.agent.web.page.Proposed;
import io.bilgewatch.agent.web.page.Runbooks;
import io.bilgewatch.agent.web.page.StatusPages;
import io.bilgewatch.kernel.HostRoot;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The running daemon: the watch, the metrics of what it sees, and the server that tells them. */
public final class Agent implements AutoCloseable {
  private static final String CONTAINERS = "/api/v1/containers";
  private static final String PAGES = "/containers/";
  private static final String RUNBOOKS = "/runbooks/";
  private static final String STATES =
      Stream.of(State.values()).map(State::label).collect(Collectors.joining(", "));
  private static final String KINDS =
      Stream.of(Kind.values()).map(Kind::label).collect(Collectors.joining(", "));
  private static final String NOT_READY = "the host has not been read yet";

  /** Far beyond a look that waits for several things that hang. */
  private static final Duration STALE = Duration.ofSeconds(60);

  private final long startedNanos = System.nanoTime();
  private final HostWatch watch;
  private final HostMetrics metrics;
  private final PrometheusMeterRegistry registry;
  private final boolean showPaths;
  private final HttpServer server;
  private final Optional<AlertmanagerPush> push;
  private final Footprint footprint = Footprint.keep();
  private final Rehearsal rehearsal;

  private Agent(Configuration config, Guard guard) throws IOException {
    InstantSource clock = InstantSource.system();
    this.watch = new HostWatch(config, clock);
    this.metrics = new HostMetrics(watch::latest, Build.INFO, config.metrics());
    this.registry = registry(metrics);
    this.showPaths = config.metrics().paths() == Switch.ON;
    this.server = serve(config, guard);
    this.rehearsal = Rehearsal.start(server::rehearse);
    this.push = push(config, guard.isEncrypted());
  }

  /** Needs to know where the server listens: an alert leads there. */
  private Optional<AlertmanagerPush> push(Configuration config, boolean encrypted)
      throws IOException {
    Alertmanager settings = config.alertmanager();
    if (settings.urls().isEmpty()) {
      return Optional.empty();
    }
    try {
      String instance =
          InstanceLabel.of(
              settings.instance(), new HostRoot(config.host().root()), server.address().getPort());
      Links agents = Links.toAgent(instance, encrypted);
      Links links =
          config
              .alerts()
              .runbookUrl()
              .map(url -> new Links(rule -> url + rule.label(), agents.page()))
              .orElse(agents);
      return Optional.of(AlertmanagerPush.start(settings, instance, links));
    } catch (IOException e) {
      closeTheRest();
      throw e;
    }
  }

  private HttpServer serve(Configuration config, Guard guard) throws IOException {
    try {
      return HttpServer.start(
          config.web().listenAddress(), new Routes(routes()), Limits.standard(), guard);
    } catch (IOException e) {
      footprint.close();
      watch.close();
      registry.close();
      throw e;
    }
  }

  /**
   * @throws IOException where the address can't be listened on; the message names the remedy
   * @throws ConfigurationException with all that is wrong with the web configuration file
   */
  public static Agent start(Configuration config) throws IOException, ConfigurationException {
    Optional<Path> webConfig = config.web().configFile();
    Guard guard = webConfig.isEmpty() ? Guard.open() : Guard.of(webConfig.get());
    Agent agent = new Agent(config, guard);
    agent.watch.start(agent.push);
    return agent;
  }

  /** Why what is served is not to be relied on; empty where it is. */
  Optional<String> trouble() {
    return notReady(watch.age());
  }

  /** Where it really listens. */
  public InetSocketAddress address() {
    return server.address();
  }

  private static PrometheusMeterRegistry registry(HostMetrics metrics) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.throwExceptionOnRegistrationFailure();
    PrometheusRegistry prometheus = registry.getPrometheusRegistry();
    prometheus.register(metrics);
    JvmFigures.register(prometheus);
    return registry;
  }

  private Map<String, Route> routes() {
    Runbooks runbooks = new Runbooks(Stream.of(AlertRule.values()).map(AlertRule::label).toList());
    Map<String, Route> routes = new LinkedHashMap<>();
    routes.put("/", this::page);
    routes.put(PAGES, this::containerPage);
    routes.put("/metrics", new ExpositionRoute(registry.getPrometheusRegistry(), metrics));
    routes.put("/-/healthy", HealthRoutes.healthy());
    routes.put("/-/ready", HealthRoutes.ready(() -> notReady(watch.age())));
    routes.put("/api/v1/alerts", this::alerts);
    routes.put("/api/v1/events", this::events);
    routes.put(CONTAINERS, _ -> json(view -> Optional.of(ContainersJson.all(view))));
    routes.put(CONTAINERS + "/", this::container);
    routes.put(RUNBOOKS, request -> runbooks.answer(request.below(RUNBOOKS)));
    return routes;
  }

  /** Why what is served is not to be relied on; empty where it is. */
  static Optional<String> notReady(Optional<Duration> age) {
    return age.isEmpty()
        ? Optional.of(NOT_READY)
        : age.filter(time -> time.compareTo(STALE) > 0)
            .map(time ->
                "the host was last looked at %d s ago; the log says why"
                    .formatted(time.toSeconds()));
  }

  private Response page(Request request) {
    Duration uptime = Duration.ofNanos(System.nanoTime() - startedNanos);
    return LandingPage.render(
        StatusPages.of(Build.INFO.version(), uptime, watch.latest(), Instant.now()), request);
  }

  private Response containerPage(Request request) {
    return ContainerPage.render(
        watch.latest(),
        request.below(PAGES),
        new ContainerPage.Sources(
            watch::history, this::proposed, Instant.now(), System.nanoTime()));
  }

  /** It is full of names that the container chose. */
  private Optional<Proposed> proposed(ContainerView container) {
    return showPaths
        ? Optional.of(ProposedPages.of(container, watch.proposed(container)))
        : Optional.empty();
  }

  private Response container(Request request) {
    String name = request.below(CONTAINERS + "/");
    return json(view -> ContainersJson.one(view, name));
  }

  private Response alerts(Request request) {
    String state = first(request, "state");
    if (!state.isEmpty() && Stream.of(State.values()).map(State::label).noneMatch(state::equals)) {
      return Response.text(400, "state is one of " + STATES);
    }
    var wanted = AlertsJson.wanted(first(request, "container"), state);
    return json(view -> Optional.of(AlertsJson.of(view, wanted)));
  }

  private Response events(Request request) {
    String container = first(request, "container");
    String kind = first(request, "kind");
    String limit = first(request, "limit");
    if (!limit.matches("\\d{0,6}")) {
      return Response.text(400, "limit takes a whole number of up to six digits");
    }
    if (!kind.isEmpty() && Stream.of(Kind.values()).map(Kind::label).noneMatch(kind::equals)) {
      return Response.text(400, "kind is one of " + KINDS);
    }
    int most = limit.isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(limit);
    return json(view -> Optional.of(EventsJson.of(view, EventsJson.wanted(container, kind), most)));
  }

  private static String first(Request request, String parameter) {
    return request.parameters(parameter).stream().findFirst().orElse("");
  }

  private Response json(Function<HostView, Optional<String>> render) {
    Optional<HostView> view = watch.latest();
    if (view.isEmpty()) {
      return Response.text(503, NOT_READY);
    }
    return render
        .apply(view.get())
        .map(text -> Response.json(200, out -> out.write(text.getBytes(StandardCharsets.UTF_8))))
        .orElseGet(() -> Response.text(404, "no such container"));
  }

  /** Stops accepting, lets running answers end, and stops looking. */
  @Override
  public void close() {
    push.ifPresent(AlertmanagerPush::close);
    closeTheRest();
  }

  private void closeTheRest() {
    footprint.close();
    rehearsal.close();
    server.close();
    watch.close();
    registry.close();
  }
}
