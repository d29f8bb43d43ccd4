package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.history.SeriesKey;
import io.bilgewatch.agent.risk.Points;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.web.Response;
import io.bilgewatch.agent.web.page.StatusPage.Happening;
import io.bilgewatch.docker.ContainerState;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code /containers/NAME}: everything that is known of one container. */
public final class ContainerPage {
  private static final int MOST_EVENTS = 20;

  private final HostView view;
  private final ContainerView container;
  private final Sources sources;
  private final Vessels vessels;
  private final Vessel vessel;

  /**
   * What is not in the view.
   *
   * @param histories empty where nothing is remembered of it
   * @param proposals empty where there is none to show
   * @param nowNanos by the clock of the histories
   */
  public record Sources(
      Function<SeriesKey, Optional<Points>> histories,
      Function<ContainerView, Optional<Proposed>> proposals,
      Instant now,
      long nowNanos) {

    String ago(Instant then) {
      return Humanly.duration(Duration.between(then, now));
    }
  }

  private ContainerPage(HostView view, ContainerView container, Sources sources) {
    this.view = view;
    this.container = container;
    this.sources = sources;
    this.vessels = new Vessels(view, sources.now());
    this.vessel = vessels.of(container);
  }

  /** The page of a container, or that there is none. */
  public static Response render(Optional<HostView> view, String nameOrId, Sources sources) {
    return view.flatMap(
            seen -> seen.container(nameOrId).map(c -> new ContainerPage(seen, c, sources)))
        .map(ContainerPage::answer)
        .orElseGet(() -> gone(view.isPresent(), nameOrId));
  }

  private Response answer() {
    String beat = Html.sentence("Figures of " + sources.ago(view.at()) + " ago");
    return Frame.live(200, vessel.named().shown() + " · Bilgewatch", beat, main());
  }

  private static Response gone(boolean read, String nameOrId) {
    String why =
        read
            ? "There is no container " + nameOrId + " on this host, or it is gone."
            : "The host has not been read yet.";
    return Frame.live(
        read ? 404 : 503,
        "Gone · Bilgewatch",
        "",
        "<h1>Nothing to see</h1>\n<p class=\"notice\">"
            + Html.sentence(why)
            + "</p><p><a href=\"/\">All containers</a></p>\n");
  }

  private String main() {
    Optional<Proposed> proposed = sources.proposals().apply(container);
    return title()
        + facts()
        + unread()
        + alerts()
        + ContractSection.html(view.contracts(), container.id())
        + new Ladings(container, vessel, view.outlook().of(container.id()), sources).html()
        + new Mounts(
                container,
                view.outlook().of(container.id()),
                proposed.map(Proposed::volumes).orElse(Map.of()),
                sources.now())
            .html()
        + proposed.map(Proposed::html).orElse("")
        + Hardening.html(container.hardening())
        + Happenings.html(happenings())
        + "<p><a href=\"/api/v1/containers/"
        + URLEncoder.encode(vessel.named().shortId(), StandardCharsets.UTF_8)
        + "\">The same as JSON</a></p>\n";
  }

  private String title() {
    return "<p><a href=\"/\">"
        + Html.sign("‹")
        + "All containers</a></p>\n<div class=\"title\">"
        + LoadLine.hull(vessel)
        + "<div><h1>"
        + Html.name(vessel.named().shown())
        + "</h1><p>"
        + Fleet.badge(vessel.condition())
        + Html.sentence(vessel.state())
        + container
            .container()
            .state()
            .startedAt()
            .filter(_ -> vessel.running())
            .map(at -> " for " + sources.ago(at))
            .orElse("")
        + "</p></div></div>\n";
  }

  private String facts() {
    ContainerState state = container.container().state();
    return "<dl class=\"facts\">"
        + fact("Root", Figures.root(vessel))
        + fact("Contract", Figures.contract(vessel.contract()))
        + fact(
            "Checks passed",
            "<a href=\"#hardening\">"
                + vessel.checks().passed()
                + " of "
                + vessel.checks().answered()
                + "</a>")
        + fact("Id", Html.name(vessel.named().shortId()))
        + fact("Image", Html.name(state.image()))
        + fact("User", Html.name(state.user().isEmpty() ? "root (not set)" : state.user()))
        + fact("Storage driver", Html.name(state.storageDriver()))
        + fact("Restarts", Long.toString(state.restartCount()))
        + compose(state)
        + "</dl>\n";
  }

  private static String compose(ContainerState state) {
    String project = state.labels().getOrDefault("com.docker.compose.project", "");
    String service = state.labels().getOrDefault("com.docker.compose.service", "");
    return project.isEmpty() ? "" : fact("Compose", Html.name(project + " / " + service));
  }

  private static String fact(String name, String value) {
    return "<div><dt>" + name + "</dt><dd>" + (value.isEmpty() ? "–" : value) + "</dd></div>";
  }

  private String unread() {
    return vessel.unread().isEmpty()
        ? ""
        : "<div class=\"notice\"><p><b>Not everything could be read.</b></p><ul>"
            + vessel.unread().stream()
                .map(why -> "<li>" + Html.sentence(why) + "</li>")
                .collect(Collectors.joining())
            + "</ul></div>\n";
  }

  private String alerts() {
    return Warnings.html(
        view.alerting().evaluated() ? Optional.of(vessel.warnings()) : Optional.empty());
  }

  private List<Happening> happenings() {
    return view.events().recent().stream()
        .filter(logged -> logged.event().whose().containerId().equals(container.id()))
        .limit(MOST_EVENTS)
        .map(vessels.words()::of)
        .toList();
  }
}
