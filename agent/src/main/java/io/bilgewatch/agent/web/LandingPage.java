package io.bilgewatch.agent.web;

import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.web.StatusPage.Collector;
import io.bilgewatch.agent.web.StatusPage.Row;
import io.bilgewatch.agent.web.StatusPage.Space;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@code /}: what is wrong on this host, worst first, without scripts or anything from elsewhere.
 */
public final class LandingPage {
  private static final Comparator<Row> WORST_FIRST =
      Comparator.comparing((Row row) -> !row.running())
          .thenComparingDouble(row -> -dangerousRisk(row))
          .thenComparingLong(row -> -row.layerBytes().optional().orElse(-1L))
          .thenComparing(Row::name)
          .thenComparing(Row::id);

  private LandingPage() {}

  /** The whole page as an answer. */
  public static Response render(StatusPage page) {
    return Response.html(html(page), LandingPageStyle.POLICY);
  }

  static String html(StatusPage page) {
    return LandingPageStyle.HEAD
        + header(page)
        + page.notice()
            .map(text -> "<p class=\"notice\">" + Html.escape(text) + "</p>\n")
            .orElse("")
        + Warnings.html(page.warnings())
        + containers(page.containers())
        + Happenings.html(page.happenings())
        + collectors(page.collectors())
        + "</main></body></html>\n";
  }

  private static String header(StatusPage page) {
    return """
    <header><h1>Bilgewatch</h1>
    <p>version %s · up %s · shown as it was when you loaded it, reloads every 15 s</p>
    <nav><a href="/metrics">metrics</a> <a href="/api/v1/containers">containers as JSON</a>
    <a href="/api/v1/alerts">alerts as JSON</a> <a href="/api/v1/events">events as JSON</a>
    <a href="/runbooks/">runbooks</a>
    <a href="/-/healthy">healthy</a> <a href="/-/ready">ready</a></nav></header><main>
    """
        .formatted(Html.escape(page.version()), Humanly.duration(page.uptime()));
  }

  private static String containers(List<Row> rows) {
    if (rows.isEmpty()) {
      return "<h2>Containers</h2><p>No containers.</p>\n";
    }
    return "<h2>Containers</h2>\n"
        + summary(rows)
        + "<table class=\"containers\"><thead><tr><th>Container<th>State<th>Root"
        + "<th>Written<th>tmpfs<th>OOM risk<th>Memory</tr></thead><tbody>\n"
        + rows.stream().sorted(WORST_FIRST).map(LandingPage::row).collect(Collectors.joining())
        + "</tbody></table>\n";
  }

  private static String summary(List<Row> rows) {
    long risky = rows.stream().filter(row -> dangerousRisk(row) > 0).count();
    long writable =
        rows.stream()
            .filter(row -> row.rootReadOnly().optional().map(readOnly -> !readOnly).orElse(false))
            .count();
    long running = rows.stream().filter(Row::running).count();
    return "<p>%s · %d with a writable root · %d of %d running</p>\n"
        .formatted(
            Html.span(risky > 0 ? "bad" : "good", risky + " can be OOM-killed by a full tmpfs"),
            writable,
            running,
            rows.size());
  }

  private static String row(Row row) {
    String id = row.id().substring(0, Math.min(12, row.id().length()));
    return "<tr>"
        + cell("Container", "<b>" + Html.escape(row.name()) + "</b> " + Html.span("dim", id))
        + cell("State", Html.span(row.running() ? "" : "dim", row.state()))
        + cell("Root", show(row.rootReadOnly(), LandingPage::root))
        + cell("Written", show(row.layerBytes(), LandingPage::bytes))
        + cell("tmpfs", show(row.tmpfs(), LandingPage::tmpfs))
        + cell("OOM risk", show(row.oomRisk(), LandingPage::risk))
        + cell("Memory", memory(row))
        + "</tr>\n";
  }

  private static String root(boolean readOnly) {
    return readOnly ? Html.span("good", "read-only") : Html.span("warn", "writable");
  }

  private static String tmpfs(Space space) {
    String text = Humanly.bytes(space.used()) + " of " + Humanly.bytes(space.size());
    String meter = space.size() > 0 ? Html.meter((double) space.used() / space.size()) : "";
    return Html.escape(text) + meter;
  }

  private static String risk(double ratio) {
    return ratio > 1
        ? Html.span(
            "bad", "a full tmpfs ends in an OOM kill", String.format(Locale.ROOT, "×%.2f", ratio))
        : Html.span("", "a full tmpfs ends in ENOSPC", String.format(Locale.ROOT, "×%.2f", ratio));
  }

  private static String memory(Row row) {
    return switch (row.memoryLimit()) {
      case Reading.Present<Limit>(Limit.Bytes(long limit)) ->
          show(row.memoryUsage(), usage -> tmpfs(new Space(usage, limit)));
      case Reading.Present<Limit>(Limit.Unlimited _) ->
          show(row.memoryUsage(), usage -> bytes(usage) + " " + Html.span("dim", "no limit"));
      case Reading.Missing<Limit> missing when row.memoryUsage().isPresent() ->
          show(row.memoryUsage(), LandingPage::bytes) + ", limit " + missing(missing);
      case Reading.Missing<Limit> _ -> show(row.memoryUsage(), LandingPage::bytes);
    };
  }

  private static String bytes(long bytes) {
    return Html.escape(Humanly.bytes(bytes));
  }

  private static <T> String show(Reading<T> reading, Function<T, String> present) {
    return switch (reading) {
      case Reading.Present<T>(T value) -> present.apply(value);
      case Reading.Missing<T> missing -> missing(missing);
    };
  }

  private static String missing(Reading.Missing<?> missing) {
    String text = missing.cause() == Cause.NOT_APPLICABLE ? "–" : "unknown";
    return Html.span("dim", missing.detail(), text);
  }

  static String cell(String label, String content) {
    return "<td data-label=\"%s\"><div>%s</div></td>".formatted(label, content);
  }

  private static double dangerousRisk(Row row) {
    return row.oomRisk().optional().filter(risk -> risk > 1).orElse(0.0);
  }

  private static String collectors(List<Collector> collectors) {
    return "<h2>Collectors</h2>\n<table><thead><tr><th>Collector<th>Outcome<th>Last success"
        + "</tr></thead><tbody>\n"
        + collectors.stream()
            .sorted(Comparator.comparing(Collector::health).reversed())
            .map(LandingPage::row)
            .collect(Collectors.joining())
        + "</tbody></table>\n";
  }

  static String style(StatusPage.Health health) {
    return switch (health) {
      case GOOD -> "good";
      case LIMITED -> "warn";
      case BAD -> "bad";
    };
  }

  private static String row(Collector collector) {
    String style = style(collector.health());
    String success =
        collector.sinceSuccess().map(time -> Humanly.duration(time) + " ago").orElse("never");
    return "<tr>"
        + cell("Collector", "<b>" + Html.escape(collector.name()) + "</b>")
        + cell("Outcome", Html.span(style, collector.outcome()))
        + cell("Last success", Html.escape(success))
        + "</tr>\n";
  }
}
