package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.view.Contracts;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.Contracts.Violation;
import java.util.List;

/** What a container's contracts say, and what it does not keep of them. */
final class ContractSection {
  private ContractSection() {}

  /** Nothing where no contract applies to it. */
  static String html(Contracts contracts, String containerId) {
    List<Verdict> verdicts = contracts.of(containerId);
    if (verdicts.isEmpty()) {
      return "";
    }
    StringBuilder html =
        new StringBuilder("<section aria-labelledby=\"contracts\"><h2 id=\"contracts\">")
            .append(verdicts.size() == 1 ? "Contract" : "Contracts")
            .append("</h2><ul class=\"remarks\">");
    verdicts.forEach(verdict -> add(html, verdict));
    return html.append("</ul></section>\n").toString();
  }

  private static void add(StringBuilder html, Verdict verdict) {
    html.append("<li><b>").append(Html.name(verdict.contract())).append("</b> ");
    switch (verdict.state()) {
      case KEPT -> html.append("is kept.");
      case NOT_RUNNING -> html.append("is for a container that does not run.");
      case UNKNOWN -> html.append("can't be told to be kept:");
      case VIOLATED -> html.append("is not kept:");
    }
    html.append("<ul class=\"remarks\">");
    verdict.violations().forEach(one -> add(html, one));
    verdict
        .notKnown()
        .forEach(one ->
            html.append("<li>")
                .append(Html.sentence("not known: " + one.what() + ": " + one.why()))
                .append("</li>"));
    html.append("</ul></li>");
  }

  private static void add(StringBuilder html, Violation one) {
    html.append("<li><span class=\"bad\">")
        .append(Html.name(one.rule().label()))
        .append("</span> ")
        .append(Html.name(one.path()))
        .append(" declared: ")
        .append(Html.sentence(one.declared()))
        .append(", found: ")
        .append(Html.sentence(one.found()))
        .append("<br>")
        .append(Html.sentence(one.rule().remedy()))
        .append("</li>");
  }
}
