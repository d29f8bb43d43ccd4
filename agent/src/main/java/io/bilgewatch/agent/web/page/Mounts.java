package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsUsage;
import io.bilgewatch.volume.VolumeUse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Where a container can write beside its layer, and how full that is. */
final class Mounts {
  /** A container with CAP_SYS_ADMIN can mount without end. */
  private static final int MOST = 100;

  private final ContainerView container;
  private final Outlook.OfContainer outlook;
  private final Map<KernelPath, Reading<VolumeUse>> volumes;
  private final Instant now;

  /**
   * @param volumes what is in them, of those that were read
   */
  Mounts(
      ContainerView container,
      Outlook.OfContainer outlook,
      Map<KernelPath, Reading<VolumeUse>> volumes,
      Instant now) {
    this.container = container;
    this.outlook = outlook;
    this.volumes = volumes;
    this.now = now;
  }

  String html() {
    return "<section aria-labelledby=\"mounts\"><h2 id=\"mounts\">Writable mounts</h2>\n"
        + Html.show(
            container.writableMounts(), mounts -> mounts.isEmpty() ? "<p>None.</p>" : table(mounts))
        + "</section>\n";
  }

  private String table(List<WritableMount> mounts) {
    String rest =
        mounts.size() > MOST ? "<p class=\"dim\">And " + (mounts.size() - MOST) + " more.</p>" : "";
    return "<table class=\"plain\"><thead><tr><th scope=\"col\">Path</th><th scope=\"col\">Kind</th>"
        + "<th scope=\"col\">Holds</th><th scope=\"col\">Options</th></tr></thead><tbody>\n"
        + mounts.stream().limit(MOST).map(this::row).collect(Collectors.joining())
        + "</tbody></table>\n"
        + rest;
  }

  private String row(WritableMount mount) {
    return "<tr><th scope=\"row\" class=\"path\">"
        + Html.name(mount.path().toString())
        + "</th><td>"
        + mount.kind().label()
        + "</td><td>"
        + (mount.kind() == WritableMount.Kind.TMPFS ? tmpfs(mount) : volume(mount))
        + "</td><td class=\"dim\">"
        + Html.name(String.join(", ", mount.options()))
        + "</td></tr>\n";
  }

  private String volume(WritableMount mount) {
    return switch (volumes.get(mount.path())) {
      case Reading.Present<VolumeUse>(VolumeUse use) ->
          (use.isComplete() ? "" : "at least ")
              + "<b>"
              + Humanly.bytes(use.bytes())
              + "</b> "
              + Figures.dim(
                  "in "
                      + use.entries()
                      + (use.entries() == 1 ? " entry" : " entries")
                      + ", last change "
                      + Humanly.ago(use.lastChange(), now))
              + use.shortfall()
                  .map(why -> " " + Html.span("unknown", "not all was read: " + why.label()))
                  .orElse("");
      case Reading.Missing<VolumeUse>(Reading.Cause cause, String why) when cause.isFault() ->
          Html.span("unknown", "unknown: " + why);
      case Reading.Missing<VolumeUse>(_, String why) -> Figures.dim(why);
      case null -> Figures.dim("not measured");
    };
  }

  private String tmpfs(WritableMount mount) {
    if (volumes.containsKey(mount.path())) {
      return volume(mount) + " " + Html.span("warn", "no size at all");
    }
    return container
        .tmpfsOf(mount)
        .map(this::tmpfs)
        .orElseGet(() -> Html.span("unknown", "unknown"));
  }

  private String tmpfs(TmpfsUsage usage) {
    String used =
        usage.usedBytes().isPresent()
            ? "<b>" + Humanly.bytes(usage.usedBytes().getAsLong()) + "</b> "
            : Html.span("unknown", "unknown: the kernel does not count it") + " ";
    return switch (usage.size()) {
      case Limit.Unlimited _ -> used + Html.span("warn", "no size at all");
      case Limit.Bytes(long size) -> {
        double share = size == 0 ? 0 : (double) usage.usedBytes().orElse(0) / size;
        yield used
            + Figures.dim("of " + Humanly.bytes(size))
            + (usage.bounded() ? "" : " " + Html.span("warn", "nobody set a size"))
            + LoadLine.bar(share, LoadLine.style(share))
            + growth(usage);
      }
    };
  }

  private String growth(TmpfsUsage usage) {
    Outlook.OfTmpfs known = outlook.tmpfs().get(usage.mountPoint());
    if (known == null
        || !(known.growth() instanceof Reading.Present<Growth>(Growth growth))
        || !growth.isGrowing()) {
      return "";
    }
    return "<span class=\"going warn\">"
        + Html.sign("↗")
        + Figures.rate(growth.bytesPerSecond())
        + (known.fullSeconds().isPresent()
            ? ", full in " + Figures.in(known.fullSeconds().getAsDouble())
            : "")
        + "</span>";
  }
}
