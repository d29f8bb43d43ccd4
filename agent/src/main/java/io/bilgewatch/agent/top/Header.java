package io.bilgewatch.agent.top;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.rule.Severity;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.host.HostMemory;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.BackingFilesystem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The lines above the table: the host as a whole, what is wrong, and what is not known. */
final class Header {
  private static final int BAR = 22;

  /** The words before the bars. */
  private static final int LABEL = 7;

  private final Look look;
  private final int width;

  Header(Look look, int width) {
    this.look = look;
    this.width = width;
  }

  /**
   * @param host its name
   * @param time for the right edge
   */
  List<Line> of(String host, String time, Optional<HostView> seen) {
    List<Line> lines = new ArrayList<>();
    lines.add(title(host, time, seen));
    if (seen.isEmpty()) {
      lines.add(line().add("The host is read for the first time...").done());
      return lines;
    }
    HostView view = seen.get();
    lines.add(memory(view));
    fullest(view).ifPresent(one -> lines.add(disk(one, view)));
    lines.add(alerts(view));
    Optional<String> unread = Unread.of(view);
    unread.ifPresent(what -> lines.add(line().add(Style.WARNING, "? Not read: " + what).done()));
    return lines;
  }

  private Line.Builder line() {
    return Line.builder(look.text(), width);
  }

  private Line title(String host, String time, Optional<HostView> seen) {
    Line.Builder line =
        line().add(Style.STRONG, "bilgewatch").add(" ").add(look.text().cut(host, 20));
    seen.ifPresent(view -> line.add("  " + counts(view)));
    return line.atEnd(Style.PLAIN, time).done();
  }

  private static String counts(HostView view) {
    List<ContainerView> all = view.containers();
    long running = all.stream().filter(ContainerView::running).count();
    long sealed =
        all.stream().filter(one -> one.running() && one.rootReadOnly().orElse(false)).count();
    return "%d container%s, %d running, %d sealed"
        .formatted(all.size(), all.size() == 1 ? "" : "s", running, sealed);
  }

  private Line memory(HostView view) {
    Line.Builder line = line().add(Style.STRONG, "Memory").to(LABEL);
    if (view.memory() instanceof Reading.Missing<HostMemory>(_, String why)) {
      return line.add("? " + why).done();
    }
    HostMemory memory = view.memory().optional().orElseThrow();
    double used = memory.totalBytes() - (double) memory.availableBytes();
    double load = used / Math.max(1, memory.totalBytes());
    line.add(Cell.style(load), look.bar(load, BAR))
        .add(
            " %s of %s used, %s headroom"
                .formatted(
                    Figures.size(used),
                    Figures.size(memory.totalBytes()),
                    Figures.size(memory.headroomBytes())));
    view.risk()
        .optional()
        .ifPresent(risk ->
            line.add(", ")
                .add(
                    risk.ratio() > 1 ? Style.WARNING : Style.PLAIN,
                    "tmpfs risk " + Figures.risk(risk.ratio())));
    return line.done();
  }

  /** The others are told by an alert where there is something to tell. */
  private static Optional<BackingFilesystem> fullest(HostView view) {
    return view.filesystems().stream().max(Comparator.comparingDouble(Header::load));
  }

  private static double load(BackingFilesystem filesystem) {
    return 1 - filesystem.availBytes() / Math.max(1.0, (double) filesystem.sizeBytes());
  }

  private Line disk(BackingFilesystem filesystem, HostView view) {
    Outlook.OfFilesystem outlook = view.outlook().of(filesystem.mountPoint());
    double load = load(filesystem);
    Line.Builder line =
        line()
            .add(Style.STRONG, "Disk")
            .to(LABEL)
            .add(Cell.style(load), look.bar(load, BAR))
            .add(
                " %s of %s used, %s free"
                    .formatted(
                        Figures.size(filesystem.sizeBytes() - (double) filesystem.availBytes()),
                        Figures.size(filesystem.sizeBytes()),
                        Figures.size(filesystem.availBytes())));
    outlook
        .used()
        .optional()
        .filter(Growth::isGrowing)
        .ifPresent(growth -> line.add(Style.NOTABLE, ", " + Figures.rate(growth.bytesPerSecond())));
    outlook
        .fullSeconds()
        .ifPresent(seconds -> line.add(Style.WARNING, ", full in " + Figures.soon(seconds)));
    int others = view.filesystems().size() - 1;
    String more = others > 0 ? ", +" + others : "";
    return line.add(" on ")
        .add(look.text().middle(filesystem.mountPoint().toString(), line.left() - more.length()))
        .add(more)
        .done();
  }

  /** The worst, and how many there are. */
  private Line alerts(HostView view) {
    List<Alert> all =
        view.alerting().alerts().stream()
            .filter(alert -> alert.state() != Alert.State.RESOLVED)
            .filter(alert -> alert.rule().severity() != Severity.INFO)
            .sorted(Comparator.comparing(alert -> alert.rule().severity()))
            .toList();
    if (all.isEmpty()) {
      return line().add(Style.GOOD, "No alert's condition holds.").done();
    }
    Alert worst = all.getFirst();
    boolean critical = worst.rule().severity() == Severity.CRITICAL;
    String rest = all.size() > 1 ? " (+%d)".formatted(all.size() - 1) : "";
    return line()
        .add(critical ? Style.CRITICAL : Style.WARNING, critical ? "!! " : "! ")
        .add(look.text().cut(said(worst), width - 3 - rest.length()))
        .add(rest)
        .done();
  }

  static String said(Alert alert) {
    String container = alert.labels().getOrDefault("container", "");
    boolean named = container.isEmpty() || alert.summary().contains(container);
    return named ? alert.summary() : container + ": " + alert.summary();
  }
}
