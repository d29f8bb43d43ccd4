package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.web.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * {@code /runbooks/}: what to do about each alert. Whoever is paged has the agent's address in the
 * alert, and the pages are of the very version that alerts.
 */
public final class Runbooks {
  /** Where the build puts {@code docs/alerts}. */
  private static final String FOLDER = "/io/bilgewatch/agent/runbooks/";

  private final List<String> names;

  /**
   * @param names of the alerts that there are
   */
  public Runbooks(List<String> names) {
    this.names = List.copyOf(names);
  }

  /** One by its alert's name; a list of all for no name. */
  public Response answer(String name) {
    if (name.isEmpty()) {
      return page("Runbooks", "<h1>Runbooks</h1>\n<ul>" + links() + "</ul>\n");
    }
    return markdown(name)
        .map(text -> page(name, html(text)))
        .orElseGet(() -> Response.text(404, "no such runbook; /runbooks/ lists them"));
  }

  private String links() {
    return names.stream()
        .map(name -> "<li><a href=\"/runbooks/%1$s\">%1$s</a></li>\n".formatted(name))
        .collect(Collectors.joining());
  }

  private Optional<String> markdown(String name) {
    // The name comes from outside: only one of the list ever becomes a part of a path.
    if (!names.contains(name)) {
      return Optional.empty();
    }
    try (InputStream in = Runbooks.class.getResourceAsStream(FOLDER + name + ".md")) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static String html(String markdown) {
    HtmlRenderer renderer = HtmlRenderer.builder().escapeHtml(true).sanitizeUrls(true).build();
    return renderer
        .render(Parser.builder().build().parse(markdown))
        // A link between runbooks, as it stands in the tree.
        .replaceAll("href=\"([A-Za-z]+)\\.md\"", "href=\"/runbooks/$1\"");
  }

  private static Response page(String title, String body) {
    return Frame.still(
        title,
        "<article>"
            + body
            + "</article><nav aria-label=\"Runbooks\"><a href=\"/runbooks/\">All runbooks</a></nav>");
  }
}
