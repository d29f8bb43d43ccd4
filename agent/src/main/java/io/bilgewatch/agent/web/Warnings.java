package io.bilgewatch.agent.web;

import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.web.StatusPage.Warning;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The part of the landing page that tells which alerts fire. */
final class Warnings {
  private Warnings() {}

  static String html(Optional<List<Warning>> known) {
    if (known.isEmpty()) {
      return "<h2>Alerts</h2>\n<p>Not known: nothing was looked at yet, or looking failed.</p>\n";
    }
    List<Warning> warnings = known.get();
    if (warnings.isEmpty()) {
      return "<h2>Alerts</h2>\n<p>" + Html.span("good", "Nothing fires.") + "</p>\n";
    }
    return "<h2>Alerts</h2>\n<table><thead><tr><th>Alert<th>State<th>What<th>What to do"
        + "</tr></thead><tbody>\n"
        + warnings.stream().map(Warnings::row).collect(Collectors.joining())
        + "</tbody></table>\n";
  }

  private static String row(Warning warning) {
    String state =
        (warning.firing() ? "firing for " : "pending for ") + Humanly.duration(warning.active());
    String name =
        "<a class=\"name\" href=\"/runbooks/%1$s\"><b>%1$s</b></a> "
            .formatted(Html.escape(warning.name()));
    return "<tr>"
        + LandingPage.cell(
            "Alert", name + Html.span(LandingPage.style(warning.health()), warning.severity()))
        + LandingPage.cell("State", Html.span(warning.firing() ? "" : "dim", state))
        + LandingPage.cell("What", Html.escape(warning.summary()))
        + LandingPage.cell("What to do", Html.escape(warning.description()))
        + "</tr>\n";
  }
}
