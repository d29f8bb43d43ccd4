package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.risk.Points;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.kernel.Reading;
import java.time.Duration;

/**
 * How something has grown, as a line from as long ago as is remembered until now, and in words for
 * who does not see it.
 */
final class Sparkline {
  private static final double WIDTH = 300;
  private static final double HEIGHT = 60;
  private static final double MARGIN = 4;

  private Sparkline() {}

  /**
   * @param id of the drawing, of which there is one in a page
   * @param name what it is of
   * @param nowNanos by the clock of the points
   */
  static String of(String id, String name, Points points, Reading<Growth> growth, long nowNanos) {
    if (points.size() < 2) {
      return "<p class=\"dim\">Measured once so far; a line needs two.</p>";
    }
    long first = points.nanos(0);
    double stretch = Math.max(1, nowNanos - first);
    long low = points.lowest();
    double range = Math.max(1, points.highest() - low);
    StringBuilder line = new StringBuilder(16 * points.size());
    for (int i = 0; i < points.size(); i++) {
      double x = WIDTH * (points.nanos(i) - first) / stretch;
      line.append(i == 0 ? "" : "L").append(LoadLine.number(x)).append(' ');
      line.append(LoadLine.number(y((points.last(i) - low) / range, points)));
    }
    line.append("H").append(LoadLine.number(WIDTH));
    String when = Humanly.duration(Duration.ofNanos(nowNanos - first));
    return drawing(id, name, describe(points, when, growth), line.toString())
        + "<p class=\"axis\" aria-hidden=\"true\"><span>"
        + when
        + " ago: "
        + Humanly.bytes(points.last(0))
        + "</span><span>most "
        + Humanly.bytes(points.highest())
        + "</span><span>now "
        + Humanly.bytes(points.last(points.size() - 1))
        + "</span></p>";
  }

  /** What stands still is a line in the middle. */
  private static double y(double share, Points points) {
    double height = points.highest() == points.lowest() ? 0.5 : share;
    return HEIGHT - MARGIN - height * (HEIGHT - 2 * MARGIN);
  }

  private static String drawing(String id, String name, String description, String line) {
    return "<svg class=\"spark\" role=\"img\" aria-labelledby=\"%1$s-t %1$s-d\" viewBox=\"0 0 300 60\""
            .formatted(id)
        + " preserveAspectRatio=\"none\"><title id=\"%1$s-t\">%2$s</title>"
            .formatted(id, Html.name(name))
        + "<desc id=\"%1$s-d\">%2$s</desc>".formatted(id, Html.sentence(description))
        + "<path class=\"area\" d=\"M0 60L"
        + line
        + "V60Z\"/><path class=\"trace\" d=\"M"
        + line
        + "\"/></svg>";
  }

  private static String describe(Points points, String when, Reading<Growth> growth) {
    return "From %s, %s ago, to %s now; never less than %s or more than %s. %s"
        .formatted(
            Humanly.bytes(points.last(0)),
            when,
            Humanly.bytes(points.last(points.size() - 1)),
            Humanly.bytes(points.lowest()),
            Humanly.bytes(points.highest()),
            words(growth));
  }

  /** What kind of growth it is, in a sentence. */
  static String words(Reading<Growth> growth) {
    return switch (growth) {
      case Reading.Missing<Growth>(_, String why) -> "Whether it grows is not known: " + why + ".";
      case Reading.Present<Growth>(Growth known) ->
          switch (known.shape()) {
            case FLAT -> "It does not grow.";
            case BURST -> "It grew and has stopped.";
            case SAWTOOTH -> "It grows and is cleaned up again.";
            case SHRINKING -> "It becomes less.";
            case LEAK, GROWING ->
                "It grows %s, for %s now."
                    .formatted(
                        Figures.rate(known.bytesPerSecond()), Humanly.duration(known.evidence()));
          };
    };
  }
}
