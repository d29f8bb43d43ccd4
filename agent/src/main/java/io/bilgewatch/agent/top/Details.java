package io.bilgewatch.agent.top;

import io.bilgewatch.agent.rule.Severity;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.docker.ContainerState;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** All that is known of one container, as text. */
final class Details {
  private static final int LABEL = 12;
  private static final int PATH = 24;
  private static final int BAR = 12;

  private final Look look;
  private final int width;
  private final Row row;
  private final ContainerView view;
  private final Outlook.OfContainer outlook;
  private final Instant now;
  private final List<Line> lines = new ArrayList<>();

  private Details(Look look, int width, Row row, Outlook.OfContainer outlook, Instant now) {
    this.look = look;
    this.width = width;
    this.row = row;
    this.view = row.view();
    this.outlook = outlook;
    this.now = now;
  }

  static List<Line> of(Look look, int width, Row row, Outlook.OfContainer outlook, Instant now) {
    Details details = new Details(look, width, row, outlook, now);
    details.write();
    return details.lines;
  }

  private void write() {
    identity();
    for (Alert alert : row.alerts()) {
      Severity severity = alert.rule().severity();
      say(Cells.style(severity), severity.label(), Header.said(alert));
    }
    layer();
    say("Log", view.logBytes().map(Humanly::bytes));
    memory();
    risk();
    directories();
    mounts();
    hardening();
    missing();
  }

  private void identity() {
    ContainerState state = view.container().state();
    lines.add(line().add(Style.STRONG, view.name()).add("  " + state.shortId()).done());
    say("Image", state.image());
    String since =
        state
            .startedAt()
            .filter(at -> view.running() && at.isBefore(now))
            .map(at -> "for " + Humanly.duration(Duration.between(at, now)))
            .orElse("");
    String restarts =
        state.restartCount() > 0 ? ", restarted %d times".formatted(state.restartCount()) : "";
    say("State", (view.running() ? "running " : "not running") + since + restarts);
    say("Root", view.rootReadOnly().map(readOnly -> readOnly ? "read-only" : "writable"));
  }

  private void layer() {
    say("Layer", view.layer().map(layer -> Sentences.layer(layer, now)));
    row.rates().layer().ifPresent(rate -> say("", "last minute: " + Figures.rate(rate)));
    outlook.layer().optional().ifPresent(growth -> say("", Sentences.growth(growth)));
    view.quota()
        .optional()
        .ifPresent(quota ->
            say(
                "Quota",
                Humanly.bytes(quota.limitBytes()) + Sentences.until(outlook.layerFullSeconds())));
    view.deletedFiles()
        .optional()
        .filter(files -> files.files() > 0)
        .ifPresent(files ->
            say(
                "Deleted",
                "%s in %d files that are still open"
                    .formatted(Humanly.bytes(files.allocatedBytes()), files.files())));
  }

  private void memory() {
    say("Memory", view.memory().map(Sentences::memory));
    view.memory()
        .optional()
        .ifPresent(memory -> {
          if (memory.oomKills().orElse(0) > 0) {
            say(Style.WARNING, "OOM kills", Long.toString(memory.oomKills().getAsLong()));
          }
        });
  }

  private void risk() {
    say("OOM risk", view.risk().map(Sentences::risk));
    outlook
        .oomSeconds()
        .ifPresent(
            seconds -> say(Style.CRITICAL, "", "an OOM kill in about " + Sentences.soon(seconds)));
  }

  private void directories() {
    List<LayerUsage.DirectoryUsage> largest =
        view.layer().optional().map(LayerUsage::largest).orElse(List.of());
    if (!largest.isEmpty()) {
      title("Largest directories of the layer");
      for (LayerUsage.DirectoryUsage one : largest) {
        lines.add(
            line()
                .cell(Style.PLAIN, Humanly.bytes(one.allocatedBytes()), LABEL - 2, true)
                .add("  " + one.path())
                .done());
      }
    }
  }

  private void mounts() {
    List<WritableMount> mounts = view.writableMounts().orElse(List.of());
    if (!mounts.isEmpty()) {
      title("Where it can write besides");
      mounts.forEach(this::mount);
      row.rates()
          .tmpfs()
          .ifPresent(rate -> say("", "tmpfs in the last minute: " + Figures.rate(rate)));
    }
  }

  private void mount(WritableMount mount) {
    Line.Builder line =
        line()
            .cell(Style.PLAIN, "  " + mount.kind().label(), LABEL, false)
            .cell(Style.PLAIN, mount.path().toString(), PATH, false)
            .add(" ");
    Optional<TmpfsUsage> usage =
        view.tmpfsRead().stream().filter(one -> one.mountPoint().equals(mount.path())).findFirst();
    usage.ifPresent(one -> used(line, one));
    usage.ifPresent(one -> line.add(Style.WARNING, Sentences.until(full(one.mountPoint()))));
    lines.add(line.add(Style.FAINT, " " + String.join(",", mount.options())).done());
  }

  private OptionalDouble full(KernelPath path) {
    Outlook.OfTmpfs tmpfs = outlook.tmpfs().get(path);
    return tmpfs == null ? OptionalDouble.empty() : tmpfs.fullSeconds();
  }

  private void used(Line.Builder line, TmpfsUsage usage) {
    if (usage.usedBytes().isEmpty()) {
      line.add("?");
      return;
    }
    long used = usage.usedBytes().getAsLong();
    if (usage.size() instanceof Limit.Bytes(long most) && most > 0) {
      double load = (double) used / most;
      line.add(Cell.style(load), look.bar(load, BAR))
          .add(
              " %s of %s%s"
                  .formatted(
                      Humanly.bytes(used),
                      Humanly.bytes(most),
                      usage.bounded() ? "" : " (nobody set a size)"));
    } else {
      line.add(Humanly.bytes(used) + ", unbounded");
    }
  }

  private void hardening() {
    if (view.hardening().isEmpty()) {
      return;
    }
    title("Hardening: %d of %d".formatted(row.passed(), row.asked()));
    view.hardening()
        .forEach((check, reading) -> {
          Line.Builder line = line().add("  ");
          switch (reading) {
            case Reading.Present<Boolean>(Boolean pass) ->
                line.cell(pass ? Style.GOOD : Style.WARNING, pass ? "pass" : "FAIL", 6, false)
                    .add(check.label());
            case Reading.Missing<Boolean>(Reading.Cause cause, String why) ->
                line.cell(Style.FAINT, cause == Reading.Cause.NOT_APPLICABLE ? "-" : "?", 6, false)
                    .add(check.label())
                    .add(Style.FAINT, "  " + why);
          }
          lines.add(line.done());
        });
  }

  private void missing() {
    view.readings()
        .forEach((what, reading) -> {
          if (reading instanceof Reading.Missing<?>(Reading.Cause cause, String why)
              && cause.isFault()) {
            say(Style.WARNING, "Not read", what + ": " + why);
          }
        });
  }

  private Line.Builder line() {
    return Line.builder(look.text(), width);
  }

  private void title(String text) {
    lines.add(Line.EMPTY);
    lines.add(line().add(Style.STRONG, text).done());
  }

  private void say(String label, String text) {
    say(Style.PLAIN, label, text);
  }

  private void say(Style style, String label, String text) {
    lines.add(line().add(Style.STRONG, label).to(LABEL).add(style, text).done());
  }

  private void say(String label, Reading<String> reading) {
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
