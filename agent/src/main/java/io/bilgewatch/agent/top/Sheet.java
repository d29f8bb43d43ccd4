package io.bilgewatch.agent.top;

import io.bilgewatch.kernel.Reading;
import java.util.ArrayList;
import java.util.List;

/** Lines of text below one another, with their labels in a column of their own. */
final class Sheet {
  static final int LABEL = 12;

  private final Look look;
  private final int width;
  private final List<Line> lines = new ArrayList<>();

  Sheet(Look look, int width) {
    this.look = look;
    this.width = width;
  }

  List<Line> lines() {
    return lines;
  }

  /** To be added when it is full. */
  Line.Builder line() {
    return Line.builder(look.text(), width);
  }

  void add(Line.Builder line) {
    lines.add(line.done());
  }

  void title(String text) {
    lines.add(Line.EMPTY);
    add(line().add(Style.STRONG, text));
  }

  void say(String label, String text) {
    say(Style.PLAIN, label, text);
  }

  void say(Style style, String label, String text) {
    add(line().add(Style.STRONG, label).to(LABEL).add(style, text));
  }

  void say(String label, Reading<String> reading) {
    switch (reading) {
      case Reading.Present<String>(String text) -> say(label, text);
      case Reading.Missing<String>(Reading.Cause cause, String why) ->
          say(
              Style.FAINT,
              label,
              switch (cause) {
                case NOT_APPLICABLE -> "- (" + why + ")";
                case PENDING -> "being measured";
                default -> "? " + why;
              });
    }
  }
}
