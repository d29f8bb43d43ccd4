package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.web.page.StatusPage.Happening;
import java.util.List;
import java.util.stream.Collectors;

/** What happened lately. */
final class Happenings {
  private Happenings() {}

  static String html(List<Happening> happenings) {
    String inside =
        happenings.isEmpty()
            ? "<p>No OOM kill, denial or failed write is known.</p>\n"
            : "<ol class=\"events\">\n"
                + happenings.stream().map(Happenings::item).collect(Collectors.joining())
                + "</ol>\n";
    return "<section aria-labelledby=\"events\"><h2 id=\"events\">What happened</h2>\n"
        + inside
        + "</section>\n";
  }

  private static String item(Happening happening) {
    return "<li><span class=\"when\">"
        + Humanly.duration(happening.ago())
        + " ago</span> <span class=\"badge "
        + happening.health().style
        + "\">"
        + Html.sign(happening.health().glyph)
        + Html.sentence(happening.kind())
        + "</span> "
        + whose(happening.whose())
        + " <span class=\"what\">"
        + Html.sentence(happening.text())
        + "</span>"
        + (happening.times() > 1 ? Figures.dim(" ×" + happening.times()) : "")
        + (happening.before() ? Figures.dim(" (before this agent started)") : "")
        + "</li>\n";
  }

  private static String whose(StatusPage.Whose whose) {
    String name = "<b>" + Html.name(whose.text()) + "</b>";
    return whose
        .href()
        .map(href -> "<a href=\"" + Html.name(href) + "\">" + name + "</a>")
        .orElse(name);
  }
}
