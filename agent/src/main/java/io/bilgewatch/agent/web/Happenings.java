package io.bilgewatch.agent.web;

import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.web.StatusPage.Happening;
import java.util.List;
import java.util.stream.Collectors;

/** The part of the landing page that tells what happened lately. */
final class Happenings {
  private Happenings() {}

  static String html(List<Happening> happenings) {
    if (happenings.isEmpty()) {
      return "<h2>What happened</h2><p>No OOM kill, denial or failed write is known.</p>\n";
    }
    return "<h2>What happened</h2>\n<table><thead><tr><th>When<th>Whose<th>What<th>Detail"
        + "</tr></thead><tbody>\n"
        + happenings.stream().map(Happenings::row).collect(Collectors.joining())
        + "</tbody></table>\n";
  }

  private static String row(Happening happening) {
    return "<tr>"
        + LandingPage.cell("When", when(happening))
        + LandingPage.cell("Whose", "<b>" + Html.escape(happening.whose()) + "</b>")
        + LandingPage.cell("What", what(happening))
        + LandingPage.cell("Detail", Html.escape(happening.text()))
        + "</tr>\n";
  }

  private static String when(Happening happening) {
    String ago = Humanly.duration(happening.ago()) + " ago";
    return happening.before()
        ? Html.span("dim", "before this agent started; no counter counts it", ago)
        : Html.escape(ago);
  }

  private static String what(Happening happening) {
    String kind = Html.span(LandingPage.style(happening.health()), happening.kind());
    return happening.times() > 1 ? kind + Html.span("dim", " ×" + happening.times()) : kind;
  }
}
