package io.bilgewatch.agent.top;

import io.bilgewatch.agent.text.Columns;
import io.bilgewatch.agent.top.Line.Span;
import io.bilgewatch.libc.Terminal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes of a screen what a terminal has to be sent: the lines that changed, and nothing for those
 * that did not. Sequences of ECMA-48, and of xterm for the second screen.
 */
final class Painter {
  private static final String CSI = "\u001b[";

  /** The second screen, no cursor, no wrapping at the edge, and nothing on it. */
  private static final String BEGIN =
      CSI + "?1049h" + CSI + "?25l" + CSI + "?7l" + CSI + "m" + CSI + "2J";

  /** What BEGIN did, undone; a terminal without a second screen is left empty. */
  private static final String END =
      CSI + "m" + CSI + "2J" + CSI + "H" + CSI + "?7h" + CSI + "?25h" + CSI + "?1049l";

  private final boolean colours;
  private List<String> painted = List.of();
  private Terminal.Size size = new Terminal.Size(0, 0);

  Painter(boolean colours) {
    this.colours = colours;
  }

  /** The terminal is empty from now on. */
  byte[] begin() {
    painted = List.of();
    return bytes(BEGIN);
  }

  static byte[] end() {
    return bytes(END);
  }

  /** Everything is to be painted again. */
  void forget() {
    size = new Terminal.Size(0, 0);
  }

  /** Nothing where nothing changed. */
  byte[] paint(List<Line> lines, Terminal.Size now) {
    StringBuilder out = new StringBuilder();
    if (!now.equals(size)) {
      size = now;
      painted = List.of();
      out.append(CSI).append("m").append(CSI).append("2J");
    }
    List<String> next = new ArrayList<>(lines.size());
    for (int i = 0; i < lines.size(); i++) {
      String line = line(lines.get(i));
      next.add(line);
      if (i >= painted.size() || !painted.get(i).equals(line)) {
        out.append(CSI).append(i + 1).append("H").append(line);
        // At the edge the cursor stands on the last character, which this would erase.
        if (lines.get(i).width() < now.columns()) {
          out.append(CSI).append('K');
        }
      }
    }
    painted = next;
    return bytes(out.toString());
  }

  private String line(Line line) {
    StringBuilder out = new StringBuilder();
    int column = 1;
    for (Span span : line.spans()) {
      String parameters = span.style().parameters(colours);
      out.append(CSI).append('0');
      if (!parameters.isEmpty()) {
        out.append(';').append(parameters);
      }
      out.append(line.reverse() ? ";7m" : "m").append(span.text());
      int width = Columns.width(span.text());
      column += width;
      // Terminals do not agree on how wide some characters are.
      if (width != span.text().length() || span.text().chars().anyMatch(c -> c > 0x7e)) {
        out.append(CSI).append(column).append('G');
      }
    }
    return out.append(CSI).append('m').toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
