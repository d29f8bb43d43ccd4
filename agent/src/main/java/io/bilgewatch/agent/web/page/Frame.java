package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.web.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * What all pages have: the look, and the policy that allows this style, this script and no more.
 */
final class Frame {
  private static final String STYLE = resource("page.css");
  private static final String SCRIPT = resource("page.js");

  static final String POLICY =
      "default-src 'none'; script-src 'sha256-%s'; style-src 'sha256-%s'; connect-src 'self';"
              .formatted(sha256(SCRIPT), sha256(STYLE))
          + " img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

  /** A hull in the water. Without one each browser asks for a favicon.ico. */
  private static final String ICON =
      "<link rel=\"icon\" href=\"data:image/svg+xml,%3Csvg xmlns='http:%2F%2Fwww.w3.org%2F2000%2Fsvg'"
          + " viewBox='0 0 32 32'%3E%3Cpath fill='%230b6e99' d='M2 14h28l-5 12H7zM12 5h8v7h-8z'/%3E"
          + "%3C/svg%3E\">\n";

  private static final String NAVIGATION =
      """
      <footer><nav aria-label="More"><a href="/">All containers</a>
      <a href="/runbooks/">Runbooks</a> <a href="/metrics">Metrics</a>
      <a href="/api/v1/containers">Containers as JSON</a> <a href="/api/v1/alerts">Alerts as JSON</a>
      <a href="/api/v1/events">Events as JSON</a> <a href="/-/ready">Ready?</a></nav></footer>
      """;

  private Frame() {}

  /** A page that stays as it is. */
  static Response still(String title, String main) {
    return answer(
        200,
        head(title, "")
            + "<header><p class=\"brand\"><a href=\"/\">Bilgewatch</a></p></header>\n"
            + "<main id=\"main\">"
            + main
            + "</main>\n"
            + NAVIGATION
            + "</body></html>\n");
  }

  /**
   * A page that keeps itself up to date: by its script, or where there is none by being loaded
   * again.
   *
   * @param beat how old it is and by whom, in escaped text
   */
  static Response live(int status, String title, String beat, String main) {
    return answer(status, liveText(title, beat, main));
  }

  static String liveText(String title, String beat, String main) {
    return head(title, "<noscript><meta http-equiv=\"refresh\" content=\"15\"></noscript>\n")
        + "<header><p class=\"brand\"><a href=\"/\">Bilgewatch</a></p>\n"
        + "<p class=\"beat\"><span id=\"beat\">"
        + beat
        + "</span> <button type=\"button\" id=\"pause\" hidden>Pause</button></p></header>\n"
        + "<p id=\"news\" class=\"sr\" role=\"status\"></p>\n"
        + "<main id=\"main\" tabindex=\"-1\" data-live>\n"
        + LoadLine.SHAPES
        + main
        + "</main>\n"
        + NAVIGATION
        + "<script>"
        + SCRIPT
        + "</script></body></html>\n";
  }

  private static Response answer(int status, String page) {
    return Response.html(status, page, POLICY);
  }

  private static String head(String title, String more) {
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><title>%s</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    %s%s<style>%s</style></head><body>
    <a class="skip" href="#main">Skip to the content</a>
    """
        .formatted(Html.escape(title), ICON, more, STYLE);
  }

  private static String resource(String name) {
    try (InputStream in = Frame.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
