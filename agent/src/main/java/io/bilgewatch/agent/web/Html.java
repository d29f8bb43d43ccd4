package io.bilgewatch.agent.web;

import io.bilgewatch.agent.text.Visible;

/** Text between tags and in quoted attributes. */
final class Html {
  private Html() {}

  static String escape(String text) {
    return Visible.of(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** An element with a class and escaped text. */
  static String span(String styleClass, String text) {
    return "<span class=\"%s\">%s</span>".formatted(styleClass, escape(text));
  }

  /** The same, with an explanation to be pointed at. */
  static String span(String styleClass, String title, String text) {
    return "<span class=\"%s\" title=\"%s\">%s</span>"
        .formatted(styleClass, escape(title), escape(text));
  }

  /** A bar without a number; the number stands beside it. */
  static String meter(double share) {
    double value = Math.clamp(share, 0, 1);
    return "<meter min=\"0\" max=\"1\" low=\"0.75\" high=\"0.9\" optimum=\"0\" value=\"%.3f\">"
            .formatted(value)
        + "</meter>";
  }
}
