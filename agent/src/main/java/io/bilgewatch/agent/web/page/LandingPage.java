package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.web.Request;
import io.bilgewatch.agent.web.Response;
import io.bilgewatch.agent.web.page.StatusPage.Collector;
import io.bilgewatch.agent.web.page.StatusPage.Health;
import io.bilgewatch.agent.web.page.Vessel.Condition;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code /}: what is wrong on this host, worst first, with nothing from elsewhere. */
public final class LandingPage {
  private LandingPage() {}

  /** The whole page as an answer. */
  public static Response render(StatusPage page, Request request) {
    FleetQuery query = FleetQuery.of(request);
    return Frame.live(200, title(page), beat(page), main(page, query));
  }

  static String html(StatusPage page, FleetQuery query) {
    return Frame.liveText(title(page), beat(page), main(page, query));
  }

  /** It stands in a tab among many. */
  private static String title(StatusPage page) {
    long firing =
        page.warnings().stream().flatMap(List::stream).filter(StatusPage.Warning::firing).count();
    return firing == 0 ? "Bilgewatch" : "(" + firing + ") Bilgewatch";
  }

  static String beat(StatusPage page) {
    String age =
        page.age()
            .map(time -> "Figures of " + Humanly.duration(time) + " ago")
            .orElse("No figures");
    return Html.sentence(
        age + " · version " + page.version() + ", up " + Humanly.duration(page.uptime()));
  }

  private static String main(StatusPage page, FleetQuery query) {
    return "<h1 class=\"sr\">Containers of this host</h1>\n"
        + page.notice()
            .map(text -> "<p class=\"notice\">" + Html.sentence(text) + "</p>\n")
            .orElse("")
        + summary(page.vessels(), query)
        + "<div class=\"abreast\">"
        + Warnings.html(page.warnings())
        + Disks.html(page.disks())
        + "</div>\n"
        + new Fleet(page.vessels(), query).html()
        + Happenings.html(page.happenings())
        + collectors(page.collectors());
  }

  /** The five numbers that are read first; each leads to those that it counts. */
  private static String summary(List<Vessel> vessels, FleetQuery query) {
    if (vessels.isEmpty()) {
      return "";
    }
    Map<Condition, Integer> counts = new EnumMap<>(Condition.class);
    vessels.forEach(vessel -> counts.merge(vessel.condition(), 1, Integer::sum));
    int critical = counts.getOrDefault(Condition.CRITICAL, 0);
    int warning = counts.getOrDefault(Condition.WARNING, 0);
    int risk = counts.getOrDefault(Condition.AT_RISK, 0);
    return "<ul class=\"summary\">"
        + tile(
            critical, "critical", critical > 0 ? "bad" : "good", FleetQuery.State.CRITICAL, query)
        + tile(warning, "warning", warning > 0 ? "warn" : "good", FleetQuery.State.WARNING, query)
        + tile(risk, "at risk", risk > 0 ? "warn" : "good", FleetQuery.State.AT_RISK, query)
        + tile(vessels, "sealed", FleetQuery.State.SEALED, query)
        + tile(vessels, "writable", FleetQuery.State.WRITABLE, query)
        + tile(vessels, "running", FleetQuery.State.RUNNING, query)
        + "</ul>\n";
  }

  private static String tile(
      List<Vessel> vessels, String words, FleetQuery.State state, FleetQuery query) {
    return tile(vessels.stream().filter(state.which).count(), words, "plain", state, query);
  }

  private static String tile(
      long count, String words, String style, FleetQuery.State state, FleetQuery query) {
    boolean chosen = query.state() == state;
    return "<li class=\""
        + style
        + "\"><a data-go href=\""
        + query.with(chosen ? FleetQuery.State.ALL : state).href()
        + (chosen ? "\" aria-current=\"true\">" : "\">")
        + "<b>"
        + count
        + "</b> "
        + words
        + "</a></li>";
  }

  private static String collectors(List<Collector> collectors) {
    return "<section aria-labelledby=\"collectors\"><h2 id=\"collectors\">The agent itself</h2>\n"
        + "<details id=\"all-collectors\"><summary>"
        + collectors.size()
        + " collectors"
        + told(collectors, Health.BAD, " not well")
        + told(collectors, Health.LIMITED, " can't do all here")
        + "</summary><table class=\"plain\"><thead><tr><th scope=\"col\">Collector</th>"
        + "<th scope=\"col\">Outcome</th><th scope=\"col\">Last success</th></tr></thead><tbody>\n"
        + collectors.stream()
            .sorted(Comparator.comparing(Collector::health).reversed())
            .map(LandingPage::row)
            .collect(Collectors.joining())
        + "</tbody></table></details></section>\n";
  }

  private static String told(List<Collector> collectors, Health health, String words) {
    long count = collectors.stream().filter(one -> one.health() == health).count();
    return count == 0
        ? ""
        : ", <span class=\""
            + health.style
            + "\">"
            + Html.sign(health.glyph)
            + count
            + words
            + "</span>";
  }

  private static String row(Collector collector) {
    String success =
        collector.sinceSuccess().map(time -> Humanly.duration(time) + " ago").orElse("never");
    return "<tr><th scope=\"row\">"
        + Html.sentence(collector.name())
        + "</th><td class=\""
        + collector.health().style
        + "\">"
        + Html.sign(collector.health().glyph)
        + Html.sentence(collector.outcome())
        + "</td><td>"
        + success
        + "</td></tr>\n";
  }
}
