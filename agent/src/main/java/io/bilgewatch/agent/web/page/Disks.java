package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.view.Outlook.Share;
import io.bilgewatch.agent.web.page.StatusPage.Disk;
import io.bilgewatch.mount.BackingFilesystem;
import java.util.List;
import java.util.stream.Collectors;

/** The file systems that all layers share, and who fills them. */
final class Disks {
  private static final int MOST_SHARES = 3;

  private Disks() {}

  static String html(List<Disk> disks) {
    return disks.isEmpty()
        ? ""
        : "<section aria-labelledby=\"disks\"><h2 id=\"disks\">Disks under the layers</h2>\n"
            + "<ul class=\"disks\">"
            + disks.stream().map(Disks::item).collect(Collectors.joining())
            + "</ul></section>\n";
  }

  private static String item(Disk disk) {
    BackingFilesystem filesystem = disk.filesystem();
    double used = share(filesystem.sizeBytes(), filesystem.availBytes());
    return "<li><p><b>"
        + Html.name(filesystem.mountPoint().toString())
        + "</b> "
        + Figures.dim(filesystem.device() + " · " + filesystem.fsType())
        + "</p>"
        + LoadLine.bar(used, LoadLine.style(used))
        + "<p><b>"
        + Humanly.bytes(filesystem.availBytes())
        + "</b> left of "
        + Humanly.bytes(filesystem.sizeBytes())
        + inodes(filesystem)
        + "</p>"
        + growth(disk)
        + "</li>\n";
  }

  private static String inodes(BackingFilesystem filesystem) {
    if (filesystem.inodes().isEmpty() || filesystem.inodesFree().isEmpty()) {
      return "";
    }
    long free = filesystem.inodesFree().getAsLong();
    double used = share(filesystem.inodes().getAsLong(), free);
    String text = "%.0f %% of its inodes left".formatted(100 * (1 - used));
    return " · " + Html.span(used >= Vessel.DEEP ? "bad" : "dim", text);
  }

  private static double share(long size, long left) {
    return size <= 0 ? 0 : Math.clamp(1 - (double) left / size, 0, 1);
  }

  private static String growth(Disk disk) {
    return disk.outlook()
        .used()
        .optional()
        .filter(Growth::isGrowing)
        .map(growth ->
            "<p class=\"warn\">"
                + Html.sign("↗")
                + Figures.rate(growth.bytesPerSecond())
                + (disk.outlook().fullSeconds().isPresent()
                    ? ", full in " + Figures.in(disk.outlook().fullSeconds().getAsDouble())
                    : "")
                + shares(disk.outlook().shares())
                + "</p>")
        .orElse("");
  }

  private static String shares(List<Share> shares) {
    return shares.isEmpty()
        ? ""
        : " · mostly "
            + shares.stream()
                .limit(MOST_SHARES)
                .map(one -> "%s (%.0f %%)".formatted(Html.name(one.container()), 100 * one.ratio()))
                .collect(Collectors.joining(", "));
  }
}
