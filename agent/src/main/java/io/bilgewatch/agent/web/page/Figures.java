package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.view.Contracts.Standing;
import io.bilgewatch.agent.view.TmpfsSpace;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;

/** A container's figures as HTML: a number, a bar, and where it is going. */
final class Figures {
  /** A page at night is about what comes within a day. */
  private static final double SOON = 86_400;

  private Figures() {}

  /** The layer against what it may still take. */
  static String layer(Vessel.Layer layer) {
    return Html.show(
        layer.bytes(),
        held ->
            "<b>"
                + Humanly.bytes(held)
                + "</b> "
                + Html.show(layer.room(), room -> of(room(room)))
                + (layer.depth().isPresent()
                    ? LoadLine.bar(
                        layer.depth().getAsDouble(), LoadLine.style(layer.depth().getAsDouble()))
                    : "")
                + growth(layer.growth(), layer.fullSeconds()));
  }

  private static String room(Vessel.Room room) {
    return room.quotaBytes().isPresent()
        ? "of " + Humanly.bytes(room.quotaBytes().getAsLong()) + " quota"
        : Humanly.bytes(room.leftBytes()) + " free";
  }

  private static String growth(Reading<Growth> growth, OptionalDouble full) {
    return growth
        .optional()
        .filter(Growth::isGrowing)
        .map(known ->
            going(
                known.bytesPerSecond(),
                full.isPresent() ? "full in " + in(full.getAsDouble()) : "",
                full.orElse(Double.POSITIVE_INFINITY)))
        .orElse("");
  }

  /** Growth, and what it leads to. */
  private static String going(double bytesPerSecond, String end, double seconds) {
    String text = rate(bytesPerSecond) + (end.isEmpty() ? "" : ", " + end);
    return "<span class=\"going "
        + (seconds <= SOON ? "bad" : "warn")
        + "\">"
        + Html.sign("↗")
        + text
        + "</span>";
  }

  /** The tmpfs mounts against their sizes, and against the memory that they are made of. */
  static String tmpfs(Vessel.Tmpfs tmpfs) {
    return Html.show(
            tmpfs.space(),
            space ->
                space.size() == 0 && space.used() == 0
                    ? none("no tmpfs")
                    : "<b>"
                        + Humanly.bytes(space.used())
                        + "</b> "
                        + of("of " + Humanly.bytes(space.size()))
                        + bar(tmpfs, space))
        + killer(tmpfs)
        + tmpfsGrowth(tmpfs);
  }

  private static String bar(Vessel.Tmpfs tmpfs, TmpfsSpace space) {
    double size = Math.max(1, Math.max(space.size(), space.used()));
    OptionalDouble line =
        tmpfs.risk() instanceof Reading.Present<TmpfsRisk>(TmpfsRisk risk) && risk.ratio() > 1
            ? OptionalDouble.of((space.used() + risk.headroomBytes()) / size)
            : OptionalDouble.empty();
    return LoadLine.bar(space.used() / size, line, LoadLine.style(tmpfs.depth().orElse(0)));
  }

  private static String killer(Vessel.Tmpfs tmpfs) {
    if (!(tmpfs.risk() instanceof Reading.Present<TmpfsRisk>(TmpfsRisk risk))) {
      return "";
    }
    return risk.ratio() > 1
        ? "<span class=\"going warn\">"
            + Html.sign("◇")
            + "killed before full ("
            + ratio(risk.ratio())
            + ")</span>"
        : "";
  }

  static String ratio(double ratio) {
    return Double.isInfinite(ratio)
        ? "no size"
        : String.format(Locale.ROOT, ratio < 10 ? "×%.1f" : "×%.0f", ratio);
  }

  private static String tmpfsGrowth(Vessel.Tmpfs tmpfs) {
    if (tmpfs.bytesPerSecond() <= 0) {
      return "";
    }
    OptionalDouble end = tmpfs.oomSeconds().isPresent() ? tmpfs.oomSeconds() : tmpfs.fullSeconds();
    String words = tmpfs.oomSeconds().isPresent() ? "OOM kill in " : "full in ";
    return going(
        tmpfs.bytesPerSecond(),
        end.isPresent() ? words + in(end.getAsDouble()) : "",
        end.orElse(Double.POSITIVE_INFINITY));
  }

  static String memory(Reading<Long> usage, Reading<Limit> limit) {
    return Html.show(
        usage,
        used ->
            "<b>"
                + Humanly.bytes(used)
                + "</b> "
                + Html.show(
                    limit,
                    bound ->
                        switch (bound) {
                          case Limit.Bytes(long most) -> of("of " + Humanly.bytes(most));
                          case Limit.Unlimited _ -> of("no limit");
                        }));
  }

  /** Whether the root is sealed: in a word, and by a shape. */
  static String root(Vessel vessel) {
    return Html.show(
        vessel.rootReadOnly(),
        readOnly ->
            readOnly
                ? "<span class=\"good root\">" + Html.sign("▣") + "sealed</span>"
                : "<span class=\"root\">" + Html.sign("□") + "writable</span>" + changes(vessel));
  }

  private static String changes(Vessel vessel) {
    if (vessel.layer().changes().isEmpty()) {
      return "";
    }
    long changes = vessel.layer().changes().getAsLong();
    return "<span class=\"going dim\">"
        + (changes == 0 ? "wrote nothing" : changes == 1 ? "1 file" : changes + " files")
        + "</span>";
  }

  static String contract(Standing contract) {
    return switch (contract) {
      case Standing.None _ -> none("no contract");
      case Standing.Kept _ -> "<span class=\"good\">" + Html.sign("✓") + "kept</span>";
      case Standing.Violated(int violations) ->
          "<span class=\"bad\">" + Html.sign("✗") + "violated ×" + violations + "</span>";
      case Standing.Unknown(String why) -> Html.span("unknown", "unknown: " + why);
    };
  }

  static String rate(double bytesPerSecond) {
    return "+" + Humanly.bytes(Math.round(bytesPerSecond)) + "/s";
  }

  static String in(double seconds) {
    return Humanly.duration(Duration.ofSeconds(Math.round(seconds)));
  }

  static String dim(String text) {
    return Html.span("dim", text);
  }

  /** What there is none of: a dash for the eye. */
  static String none(String words) {
    return Html.missing(new Reading.Missing<>(Reading.Cause.NOT_APPLICABLE, words));
  }

  /** What bounds a figure; it stays in one line. */
  private static String of(String text) {
    return Html.span("dim of", text);
  }
}
