package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.rule.Severity;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.web.page.StatusPage.Warning;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which alerts fire and which are about to, each with its runbook. */
final class Warnings {
  private static final int MOST = 5;

  private Warnings() {}

  static String html(Optional<List<Warning>> known) {
    String inside =
        known
            .map(Warnings::lists)
            .orElse("<p>Not known: nothing was looked at yet, or looking failed.</p>\n");
    return "<section aria-labelledby=\"alerts\"><h2 id=\"alerts\">Alerts</h2>\n"
        + inside
        + "</section>\n";
  }

  /** Those that fire, and the others folded away. */
  static String lists(List<Warning> warnings) {
    List<Warning> firing =
        warnings.stream()
            .filter(Warning::firing)
            .sorted(Comparator.comparing(Warning::severity))
            .toList();
    List<Warning> pending = warnings.stream().filter(warning -> !warning.firing()).toList();
    String fires =
        firing.isEmpty()
            ? "<p class=\"good\">" + Html.sign("✓") + "Nothing fires.</p>\n"
            : folded(firing);
    return pending.isEmpty()
        ? fires
        : fires
            + "<details id=\"pending\"><summary>"
            + pending.size()
            + " pending</summary>"
            + list(pending)
            + "</details>\n";
  }

  /** The containers are to be seen below a few. */
  private static String folded(List<Warning> firing) {
    int rest = firing.size() - MOST;
    return rest <= 1
        ? list(firing)
        : list(firing.subList(0, MOST))
            + "<details id=\"firing\"><summary>"
            + rest
            + " more</summary>"
            + list(firing.subList(MOST, firing.size()))
            + "</details>\n";
  }

  private static String list(List<Warning> warnings) {
    return "<ul class=\"alerts\">\n"
        + warnings.stream().map(Warnings::item).collect(Collectors.joining())
        + "</ul>\n";
  }

  private static String item(Warning warning) {
    String key = Html.name("a-" + warning.key());
    String news = warning.firing() ? " data-news=\"" + news(warning) + "\"" : "";
    return "<li id=\""
        + key
        + "\" class=\""
        + style(warning.severity())
        + "\""
        + news
        + "><p>"
        + tag(warning)
        + " <b>"
        + Html.sentence(warning.summary())
        + "</b></p><p class=\"dim\">"
        + (warning.firing() ? "firing for " : "pending for ")
        + Humanly.duration(warning.active())
        + " · "
        + runbook(warning)
        + warning.container().flatMap(StatusPage.Whose::href).map(Warnings::link).orElse("")
        + "</p><details id=\"d-"
        + key
        + "\"><summary>What to do</summary><p>"
        + Html.sentence(warning.description())
        + "</p></details></li>\n";
  }

  private static String news(Warning warning) {
    return Html.sentence(warning.severity().label() + ": " + warning.summary());
  }

  private static String tag(Warning warning) {
    return "<span class=\"badge "
        + style(warning.severity())
        + "\">"
        + Html.sign(glyph(warning.severity()))
        + warning.severity().label()
        + "</span>";
  }

  private static String runbook(Warning warning) {
    return "<a href=\"/runbooks/%1$s\">Runbook %1$s</a>".formatted(Html.name(warning.name()));
  }

  private static String link(String href) {
    return " · <a href=\"" + Html.name(href) + "\">Container</a>";
  }

  /** In a table: its name alone, which leads to the runbook. */
  static String chip(Warning warning) {
    return "<a class=\"chip "
        + style(warning.severity())
        + "\" href=\"/runbooks/"
        + Html.name(warning.name())
        + "\">"
        + Html.sign(glyph(warning.severity()))
        + Html.name(warning.name())
        + "</a> ";
  }

  private static String style(Severity severity) {
    return switch (severity) {
      case CRITICAL -> "bad";
      case WARNING -> "warn";
      case INFO -> "info";
    };
  }

  private static String glyph(Severity severity) {
    return switch (severity) {
      case CRITICAL -> "▲";
      case WARNING -> "◆";
      case INFO -> "ℹ";
    };
  }
}
