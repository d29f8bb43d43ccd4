package io.bilgewatch.agent.top;

import io.bilgewatch.agent.text.Columns;
import java.util.ArrayList;
import java.util.List;

/**
 * A line of the screen: harmless pieces, together no wider than the screen.
 *
 * @param reverse whether it stands out as a whole
 */
record Line(List<Span> spans, boolean reverse) {
  static final Line EMPTY = new Line(List.of(), false);

  /** A piece that looks one way. */
  record Span(Style style, String text) {}

  Line {
    spans = List.copyOf(spans);
  }

  /** What it says, without its looks. */
  String text() {
    StringBuilder text = new StringBuilder();
    spans.forEach(span -> text.append(span.text()));
    return text.toString();
  }

  int width() {
    return spans.stream().mapToInt(span -> Columns.width(span.text())).sum();
  }

  static Builder builder(Columns columns, int width) {
    return new Builder(columns, width);
  }

  /** Takes foreign text as it is, and makes it harmless and fit. */
  static final class Builder {
    private final Columns columns;
    private final int width;
    private final List<Span> spans = new ArrayList<>();
    private int taken;

    private Builder(Columns columns, int width) {
      this.columns = columns;
      this.width = width;
    }

    Builder add(Style style, String text) {
      String fits = columns.cut(text, width - taken);
      if (!fits.isEmpty()) {
        spans.add(new Span(style, fits));
        taken += Columns.width(fits);
      }
      return this;
    }

    Builder add(String text) {
      return add(Style.PLAIN, text);
    }

    /** Blanks up to that column, where it is not reached yet. */
    Builder to(int column) {
      int blanks = Math.min(column, width) - taken;
      return blanks > 0 ? add(" ".repeat(blanks)) : this;
    }

    /** A column of a table. */
    Builder cell(Style style, String text, int cellWidth, boolean right) {
      String fits = columns.cut(text, cellWidth);
      String blanks = " ".repeat(cellWidth - Columns.width(fits));
      return right ? add(blanks).add(style, fits) : add(style, fits).add(blanks);
    }

    /** At the end of the line; dropped where there is no room for it. */
    Builder atEnd(Style style, String text) {
      String shown = columns.harmless(text);
      int from = width - Columns.width(shown);
      return shown.isEmpty() || from < taken ? this : to(from).add(style, shown);
    }

    int left() {
      return width - taken;
    }

    Line done() {
      return new Line(spans, false);
    }

    Line reversed() {
      to(width);
      return new Line(spans, true);
    }
  }
}
