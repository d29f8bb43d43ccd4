package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.view.Contracts.Standing;
import io.bilgewatch.agent.web.page.StatusPage.Warning;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table of containers, with the form that says which. */
final class Fleet {
  /** Of more than that a reader wants to see some, and can ask for all. */
  static final int MOST = 100;

  private static final int MOST_CHIPS = 3;

  private final FleetQuery query;
  private final List<Vessel> all;
  private final List<Vessel> wanted;
  private final boolean contracts;

  Fleet(List<Vessel> vessels, FleetQuery query) {
    this.query = query;
    this.all = vessels;
    this.wanted = query.select(vessels);
    this.contracts = vessels.stream().anyMatch(one -> !(one.contract() instanceof Standing.None));
  }

  String html() {
    return "<section aria-labelledby=\"containers\"><h2 id=\"containers\">Containers</h2>\n"
        + form()
        + (wanted.isEmpty() ? nobody() : table())
        + "</section>\n";
  }

  private String nobody() {
    return all.isEmpty()
        ? "<p class=\"empty\">No containers.</p>\n"
        : "<p class=\"empty\">None of the "
            + all.size()
            + " containers is like that. <a data-go href=\"/\">Show all</a></p>\n";
  }

  private String form() {
    return "<form action=\"/\" method=\"get\" role=\"search\" aria-label=\"Containers\">"
        + "<label>Filter <input type=\"search\" name=\"q\" id=\"q\" maxlength=\"100\" value=\""
        + Html.escape(query.text())
        + "\" placeholder=\"name, image, id, alert\" autocomplete=\"off\"></label>\n"
        + "<label>Show <select name=\"state\">"
        + Stream.of(FleetQuery.State.values())
            .filter(state -> contracts || state != FleetQuery.State.VIOLATED)
            .map(state ->
                option(
                    state == FleetQuery.State.ALL ? "" : state.label,
                    state.words,
                    state == query.state()))
            .collect(Collectors.joining())
        + "</select></label>\n<label>Sort <select name=\"sort\">"
        + Stream.of(FleetOrder.values())
            .map(order ->
                option(
                    order == FleetOrder.WORST ? "" : order.label,
                    order.words,
                    order == query.order()))
            .collect(Collectors.joining())
        + "</select></label>\n"
        + (query.whole() ? hidden("show", "all") : "")
        + (query.descending() == query.order().descends
            ? ""
            : hidden("order", query.descending() ? "desc" : "asc"))
        + "<button type=\"submit\">Apply</button></form>\n";
  }

  private static String hidden(String name, String value) {
    return "<input type=\"hidden\" name=\"" + name + "\" value=\"" + value + "\">";
  }

  private static String option(String value, String words, boolean selected) {
    return "<option value=\"" + value + (selected ? "\" selected>" : "\">") + words + "</option>";
  }

  private String table() {
    List<Vessel> shown = query.whole() || wanted.size() <= MOST ? wanted : wanted.subList(0, MOST);
    StringBuilder table = new StringBuilder(2048 + 2048 * shown.size());
    table
        .append("<table class=\"fleet\" role=\"table\"><caption>")
        .append(caption(shown.size()))
        .append("</caption><thead role=\"rowgroup\"><tr role=\"row\">");
    head(table, "Container", FleetOrder.NAME);
    head(table, "Root", FleetOrder.ROOT);
    head(table, "Layer", FleetOrder.LAYER);
    head(table, "tmpfs", FleetOrder.TMPFS);
    head(table, "Memory", FleetOrder.MEMORY);
    head(table, "Checks", FleetOrder.CHECKS);
    if (contracts) {
      table.append("<th role=\"columnheader\" scope=\"col\">Contract</th>");
    }
    head(table, "Lately", FleetOrder.LATELY);
    table.append("</tr></thead><tbody role=\"rowgroup\">\n");
    shown.forEach(vessel -> row(table, vessel));
    return table.append("</tbody></table>\n").append(more(shown.size())).toString();
  }

  private String caption(int shown) {
    String order = query.order().words + (query.descending() ? ", most first" : "");
    String many =
        shown < all.size() ? shown + " of " + all.size() : all.size() == 1 ? "1" : "All " + shown;
    return many
        + " · "
        + (query.order() == FleetOrder.WORST ? order.replace(", most first", ", turned") : order);
  }

  private String more(int shown) {
    return shown == wanted.size()
        ? ""
        : "<p class=\"empty\">The first "
            + shown
            + " of "
            + wanted.size()
            + ". <a data-go href=\""
            + query.withAll().href()
            + "\">Show all "
            + wanted.size()
            + "</a></p>\n";
  }

  private void head(StringBuilder table, String words, FleetOrder order) {
    boolean by = order == query.order();
    table
        .append("<th role=\"columnheader\" scope=\"col\"")
        .append(
            !by
                ? ""
                : query.descending() ? " aria-sort=\"descending\"" : " aria-sort=\"ascending\"")
        .append("><a data-go href=\"")
        .append(query.by(order).href())
        .append("\">")
        .append(words)
        .append(!by ? "" : query.descending() ? " " + Html.sign("▼") : " " + Html.sign("▲"))
        .append("</a></th>");
  }

  private void row(StringBuilder table, Vessel vessel) {
    Vessel.Condition condition = vessel.condition();
    table
        .append("<tr role=\"row\" id=\"c-")
        .append(Html.name(vessel.named().id()))
        .append("\" class=\"")
        .append(condition.style)
        .append("\"><th role=\"rowheader\" scope=\"row\"><div class=\"who\">")
        .append(LoadLine.hull(vessel))
        .append("<div>")
        .append(name(vessel))
        .append(badge(condition))
        .append(identity(vessel))
        .append("</div></div></th>");
    cell(table, "Root", Figures.root(vessel));
    cell(table, "Layer", Figures.layer(vessel.layer()));
    cell(table, "tmpfs", Figures.tmpfs(vessel.tmpfs()));
    cell(table, "Memory", Figures.memory(vessel.memoryUsage(), vessel.memoryLimit()));
    cell(table, "Checks", checks(vessel));
    if (contracts) {
      cell(table, "Contract", Figures.contract(vessel.contract()));
    }
    cell(table, "Lately", lately(vessel));
    table.append("</tr>\n");
  }

  private static void cell(StringBuilder table, String label, String content) {
    table
        .append("<td role=\"cell\" data-label=\"")
        .append(label)
        .append("\">")
        .append(content)
        .append("</td>");
  }

  static String badge(Vessel.Condition condition) {
    return "<span class=\"badge "
        + condition.style
        + "\">"
        + Html.sign(condition.glyph)
        + condition.words
        + "</span> ";
  }

  private static String name(Vessel vessel) {
    return "<a class=\"name\" href=\""
        + Html.name(vessel.named().href())
        + "\">"
        + Html.name(vessel.named().shown())
        + "</a>";
  }

  private static String identity(Vessel vessel) {
    boolean usual = vessel.state().equals("running") || vessel.state().equals("stopped");
    return "<span class=\"image dim\">"
        + (usual ? "" : vessel.state() + " · ")
        + Html.name(vessel.image().isEmpty() ? vessel.named().shortId() : vessel.image())
        + "</span>";
  }

  private static String checks(Vessel vessel) {
    Vessel.Checks checks = vessel.checks();
    return checks.answered() == 0
        ? Figures.none("none answered")
        : "<a href=\""
            + Html.name(vessel.named().href())
            + "#hardening\"><b>"
            + checks.passed()
            + "</b> of "
            + checks.answered()
            + Html.unseen(" checks passed")
            + "</a>";
  }

  private static String lately(Vessel vessel) {
    List<Warning> firing = vessel.warnings().stream().filter(Warning::firing).toList();
    String chips =
        firing.stream().limit(MOST_CHIPS).map(Warnings::chip).collect(Collectors.joining());
    String more =
        firing.size() > MOST_CHIPS
            ? Figures.dim("and " + (firing.size() - MOST_CHIPS) + " more")
            : "";
    String last =
        vessel
            .last()
            .map(event ->
                "<span class=\"going\"><span class=\""
                    + event.health().style
                    + "\">"
                    + Html.sentence(event.kind())
                    + "</span> "
                    + Figures.dim(Humanly.duration(event.ago()) + " ago")
                    + "</span>")
            .orElse("");
    String unread =
        vessel.unread().isEmpty()
            ? ""
            : Html.span("unknown going", "unknown: " + vessel.unread().getFirst());
    String all = chips + more + last + unread;
    return all.isEmpty() ? Figures.none("nothing") : all;
  }
}
