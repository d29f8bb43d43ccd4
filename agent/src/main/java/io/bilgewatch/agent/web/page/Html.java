package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.agent.text.Visible;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.util.function.Function;

/** Text between tags and in quoted attributes. */
final class Html {
  /** Longer than any name that a person chose; a container may choose longer ones. */
  private static final LabelText NAME = new LabelText(160);

  /** Of a sentence. */
  private static final LabelText SENTENCE = new LabelText(600);

  private Html() {}

  static String escape(String text) {
    String visible = Visible.of(text);
    for (int i = 0; i < visible.length(); i++) {
      if (isSpecial(visible.charAt(i))) {
        return escapeAll(visible);
      }
    }
    return visible;
  }

  private static boolean isSpecial(char c) {
    return c == '&' || c == '<' || c == '>' || c == '"' || c == '\'';
  }

  private static String escapeAll(String visible) {
    return visible
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** A name, a path or another short text that a container may have chosen. */
  static String name(String text) {
    return escape(NAME.of(text));
  }

  /** A sentence that such names may be in. */
  static String sentence(String text) {
    return escape(SENTENCE.of(text));
  }

  /** An element with a class and escaped text. */
  static String span(String styleClass, String text) {
    return "<span class=\"" + styleClass + "\">" + sentence(text) + "</span>";
  }

  /** A sign that only decorates what is said beside it. */
  static String sign(String glyph) {
    return "<span aria-hidden=\"true\">" + glyph + "</span> ";
  }

  /** What is only for who does not see the page. */
  static String unseen(String text) {
    return "<span class=\"sr\">" + sentence(text) + "</span>";
  }

  /** A present value as HTML, or why it is missing. */
  static <T> String show(Reading<T> reading, Function<T, String> present) {
    return switch (reading) {
      case Reading.Present<T>(T value) -> present.apply(value);
      case Reading.Missing<T> missing -> missing(missing);
    };
  }

  static String missing(Reading.Missing<?> missing) {
    return missing.cause() == Cause.NOT_APPLICABLE
        ? "<span class=\"dim\" title=\""
            + sentence(missing.detail())
            + "\"><span aria-hidden=\"true\">–</span>"
            + unseen(missing.detail())
            + "</span>"
        : span("unknown", "unknown: " + missing.detail());
  }
}
