package io.bilgewatch.agent.render;

import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.text.Columns;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.text.Visible;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.TmpfsSpace;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.descriptor.DeletedFiles;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LayerUsage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Containers as a table for a terminal, the largest layer first; "?" is what is not known. */
public final class ContainersTable {
  private static final List<String> HEAD =
      List.of("NAME", "ID", "STATE", "ROOT", "LAYER", "FILES", "LOG", "TMPFS", "MEMORY", "RISK");
  private static final String UNKNOWN = "?";
  private static final String NONE = "-";

  private ContainersTable() {}

  public static String of(HostView view) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    view.containers().stream()
        .sorted(Comparator.comparingLong(ContainersTable::layerBytes).reversed())
        .forEach(container -> rows.add(row(container)));
    return Columns.aligned(rows);
  }

  private static List<String> row(ContainerView view) {
    return List.of(
        Visible.of(view.name()),
        view.container().state().shortId(),
        view.running() ? "running" : "stopped",
        text(view.rootReadOnly().map(readOnly -> readOnly ? "read-only" : "writable")),
        text(view.layer().map(layer -> layer(layer, view))),
        text(view.layer().map(layer -> Long.toString(layer.inodes() - 1))),
        text(view.logBytes().map(Humanly::bytes)),
        text(view.tmpfsSpace().map(ContainersTable::tmpfs)),
        text(view.memory().map(ContainersTable::memory)),
        text(view.risk().map(ContainersTable::risk)));
  }

  private static String text(Reading<String> reading) {
    return switch (reading) {
      case Reading.Present<String>(String value) -> value;
      case Reading.Missing<String>(var cause, _) when cause == Reading.Cause.NOT_APPLICABLE -> NONE;
      case Reading.Missing<String> _ -> UNKNOWN;
    };
  }

  /** Deleted files are told where they take any disk. */
  private static String layer(LayerUsage layer, ContainerView view) {
    long deleted = view.deletedFiles().optional().map(DeletedFiles::allocatedBytes).orElse(0L);
    return Humanly.bytes(layer.allocatedBytes())
        + (deleted > 0 ? " + " + Humanly.bytes(deleted) + " deleted, open" : "");
  }

  private static String tmpfs(TmpfsSpace space) {
    return Humanly.bytes(space.used())
        + " of "
        + Humanly.bytes(space.size())
        + (space.bounded() ? "" : " unbounded!");
  }

  private static String memory(MemoryUsage memory) {
    String usage = Humanly.bytes(memory.usageBytes());
    return memory.limit() instanceof Limit.Bytes(long limit)
        ? usage + " of " + Humanly.bytes(limit)
        : usage;
  }

  private static String risk(TmpfsRisk risk) {
    return String.format(Locale.ROOT, "%.2f%s", risk.ratio(), risk.ratio() > 1 ? " OOM" : "");
  }

  private static long layerBytes(ContainerView view) {
    return view.layer().optional().map(LayerUsage::allocatedBytes).orElse(-1L);
  }
}
