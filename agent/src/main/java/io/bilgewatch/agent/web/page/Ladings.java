package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.history.SeriesKey;
import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.risk.Points;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** What one container carries, card by card: layer, tmpfs, memory, and what else takes disk. */
final class Ladings {
  /** The fullest of them; all are among the mounts. */
  private static final int MOST_LINES = 4;

  private final ContainerView container;
  private final Vessel vessel;
  private final Outlook.OfContainer outlook;
  private final ContainerPage.Sources sources;

  Ladings(
      ContainerView container,
      Vessel vessel,
      Outlook.OfContainer outlook,
      ContainerPage.Sources sources) {
    this.container = container;
    this.vessel = vessel;
    this.outlook = outlook;
    this.sources = sources;
  }

  String html() {
    return "<section aria-label=\"What it carries\" class=\"cards wide\">"
        + card("Writable layer", layer())
        + card("tmpfs", tmpfs())
        + card("Memory", memory())
        + card("Else on disk", elsewhere())
        + "</section>\n"
        + largest();
  }

  private static String card(String title, String content) {
    return "<div class=\"card\"><h3>" + title + "</h3>" + content + "</div>\n";
  }

  private String layer() {
    String details =
        container
            .layer()
            .optional()
            .map(layer ->
                "<p class=\"dim\">"
                    + changes(layer)
                    + ", "
                    + executables(layer.executables())
                    + ". Read "
                    + sources.ago(layer.measuredAt())
                    + " ago.</p>")
            .orElse("");
    return Figures.layer(vessel.layer())
        + details
        + line("layer", "Writable layer", SeriesKey.layer(container.id()), outlook.layer());
  }

  private static String executables(long count) {
    return count == 0 ? "no executables" : count == 1 ? "1 executable" : count + " executables";
  }

  private static String changes(LayerUsage layer) {
    return layer
        .changes()
        .map(changes ->
            "%d created, %d changed, %d deleted"
                .formatted(changes.created(), changes.modified(), layer.deletedEntries()))
        .orElse("%d inodes; which are new can't be told here".formatted(layer.inodes()));
  }

  private String tmpfs() {
    List<KernelPath> paths = fullest();
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < paths.size(); i++) {
      KernelPath path = paths.get(i);
      lines
          .append("<h4 class=\"path\">")
          .append(Html.name(path.toString()))
          .append("</h4>")
          .append(
              line(
                  "tmpfs-" + i,
                  "tmpfs " + path,
                  SeriesKey.tmpfs(container.id(), path),
                  outlook.tmpfs().get(path).growth()));
    }
    return "<div>" + Figures.tmpfs(vessel.tmpfs()) + "</div>" + risk() + lines;
  }

  /** What holds nothing and never did needs no line. */
  private List<KernelPath> fullest() {
    return container.tmpfsRead().stream()
        .filter(usage -> usage.isFillable() && usage.usedBytes().orElse(0) > 0)
        .sorted(
            Comparator.comparingLong((TmpfsUsage usage) -> usage.usedBytes().orElse(0)).reversed())
        .map(TmpfsUsage::mountPoint)
        .filter(outlook.tmpfs()::containsKey)
        .limit(MOST_LINES)
        .toList();
  }

  private String risk() {
    return container
        .risk()
        .optional()
        .map(risk ->
            "<p class=\"dim\">"
                + (Double.isInfinite(risk.roomBytes())
                    ? "No size bounds it"
                    : Humanly.bytes((long) risk.roomBytes()) + " of room")
                + ", and memory for "
                + Humanly.bytes(risk.headroomBytes())
                + " more. "
                + end(risk)
                + "</p>")
        .orElse("");
  }

  private static String end(TmpfsRisk risk) {
    return risk.ratio() > 1
        ? "Filling it ends in an OOM kill."
        : "Filling it ends in \"No space left on device\".";
  }

  private String memory() {
    String bar =
        vessel.memoryUsage() instanceof Reading.Present<Long>(Long used)
                && vessel.memoryLimit() instanceof Reading.Present<Limit>(Limit.Bytes(long most))
                && most > 0
            ? LoadLine.bar((double) used / most, LoadLine.style((double) used / most))
            : "";
    return Figures.memory(vessel.memoryUsage(), vessel.memoryLimit())
        + bar
        + container.memory().optional().map(Ladings::parts).orElse("");
  }

  private static String parts(MemoryUsage memory) {
    return "<p class=\"dim\">"
        + part(memory.unreclaimableBytes(), "can't be given back")
        + part(memory.shmemBytes(), "of it are tmpfs and shared memory")
        + (memory.oomKills().isPresent() ? memory.oomKills().getAsLong() + " OOM kills" : "")
        + "</p>";
  }

  private static String part(OptionalLong bytes, String words) {
    return bytes.isPresent() ? Humanly.bytes(bytes.getAsLong()) + " " + words + ", " : "";
  }

  private String elsewhere() {
    return "<dl class=\"facts\"><div><dt>Docker's log files</dt><dd>"
        + Html.show(container.logBytes(), bytes -> Humanly.bytes(bytes))
        + "</dd></div><div><dt>Deleted and still open</dt><dd>"
        + Html.show(
            container.deletedFiles(),
            files -> Humanly.bytes(files.allocatedBytes()) + " in " + files.files() + " files")
        + "</dd></div></dl>";
  }

  private String line(String id, String name, SeriesKey key, Reading<Growth> growth) {
    Optional<Points> points = sources.histories().apply(key);
    return points
        .filter(known -> known.size() > 0)
        .map(known -> Sparkline.of(id, name, known, growth, sources.nowNanos()))
        .orElse("<p class=\"dim\">No history of it yet.</p>");
  }

  private String largest() {
    return "<section aria-labelledby=\"largest\"><h2 id=\"largest\">Largest directories of the layer</h2>\n"
        + Html.show(container.layer(), Ladings::directories)
        + "</section>\n";
  }

  private static String directories(LayerUsage layer) {
    if (layer.largest().isEmpty()) {
      return "<p class=\"dim\">None is known: it holds nothing to speak of, or names are not to be shown"
          + " (metrics.paths).</p>";
    }
    return "<table class=\"plain\"><thead><tr><th scope=\"col\">Path</th><th scope=\"col\">Holds</th>"
        + "</tr></thead><tbody>\n"
        + layer.largest().stream()
            .map(directory -> {
              double share =
                  (double) directory.allocatedBytes() / Math.max(1, layer.allocatedBytes());
              return "<tr><th scope=\"row\" class=\"path\">"
                  + Html.name(directory.path().toString())
                  + "</th><td><b>"
                  + Humanly.bytes(directory.allocatedBytes())
                  + "</b>"
                  + LoadLine.bar(share, "fine")
                  + "</td></tr>\n";
            })
            .collect(Collectors.joining())
        + "</tbody></table>\n";
  }
}
