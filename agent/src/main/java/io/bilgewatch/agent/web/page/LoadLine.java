package io.bilgewatch.agent.web.page;

import java.util.OptionalDouble;

/**
 * The drawings: a hull that lies as deep as its container is full, and bars with a line that they
 * must not pass. They say nothing that is not said in words beside them.
 */
final class LoadLine {
  /** Where the hull's deck and keel are. */
  private static final double DECK = 14;

  private static final double KEEL = 31;

  /** Once in a page: a hull with its hatches closed, with open ones, and one that nobody knows. */
  static final String SHAPES =
      """
      <svg class="shapes" width="0" height="0" aria-hidden="true"><defs>
      <g id="hull"><path d="M2 14H46L40 29Q39 31 36.500 31H12Q9 31 8 29Z"/>\
      <path d="M31 14V5H39V14M35 5V1" fill="none"/></g>
      <g id="sealed"><use href="#hull"/><path class="hatch" d="M8 10H27V14H8Z"/></g>
      <g id="writable"><use href="#hull"/>\
      <path d="M8 14V8M27 14V8M8 8L4 5M27 8L30 5" fill="none"/></g>
      <g id="unknown"><use href="#hull"/></g></defs></svg>
      """;

  private LoadLine() {}

  /** A container's hull. */
  static String hull(Vessel vessel) {
    String shape = vessel.isSealed() ? "sealed" : vessel.isWritable() ? "writable" : "unknown";
    double draught = 0.12 + 0.88 * vessel.depth();
    double sea = KEEL - draught * (KEEL - DECK);
    return "<svg class=\"hull "
        + vessel.condition().style
        + "\" viewBox=\"0 0 48 36\" aria-hidden=\"true\"><use href=\"#"
        + shape
        + "\"/>"
        + (vessel.running()
            ? "<rect class=\"sea\" y=\""
                + number(sea)
                + "\" width=\"48\" height=\""
                + number(36 - sea)
                + "\"/>"
            : "<path class=\"dock\" d=\"M4 34H44M14 31V34M34 31V34\"/>")
        + "</svg>";
  }

  /**
   * A bar.
   *
   * @param share how full it is, 0 to 1
   * @param line where the end comes before it is full; empty: where it is full
   */
  static String bar(double share, OptionalDouble line, String style) {
    double end = line.orElse(1);
    StringBuilder svg =
        new StringBuilder(320)
            .append("<svg class=\"bar ")
            .append(style)
            .append("\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">")
            .append("<rect class=\"tank\" width=\"100\" height=\"10\"/>");
    if (end < 1) {
      svg.append("<rect class=\"beyond\" x=\"")
          .append(number(100 * end))
          .append("\" width=\"")
          .append(number(100 - 100 * end))
          .append("\" height=\"10\"/>");
    }
    svg.append("<rect class=\"cargo\" width=\"")
        .append(number(100 * Math.clamp(share, 0, 1)))
        .append("\" height=\"10\"/>");
    if (end < 1) {
      svg.append("<path class=\"line\" d=\"M").append(number(100 * end)).append(" 0V10\"/>");
    }
    return svg.append("</svg>").toString();
  }

  static String bar(double share, String style) {
    return bar(share, OptionalDouble.empty(), style);
  }

  /** As the colours of full things go. */
  static String style(double share) {
    return share >= 0.95 ? "bad" : share >= Vessel.DEEP ? "warn" : "fine";
  }

  /** With a tenth at most; a coordinate, so not much below zero. */
  static String number(double value) {
    long tenths = Math.round(10 * value);
    return tenths % 10 == 0
        ? Long.toString(tenths / 10)
        : tenths / 10 + "." + Math.abs(tenths % 10);
  }
}
