package io.bilgewatch.agent.top;

import io.bilgewatch.agent.rule.Severity;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
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
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** All that is known of one container, as text. */
final class Details {
  private static final int PATH = 24;
  private static final int BAR = 12;
  private static final int WHEN = 12;

  private final Look look;
  private final Sheet sheet;
  private final Row row;
  private final ContainerView view;
  private final HostView host;
  private final Outlook.OfContainer outlook;
  private final Instant now;

  private Details(Look look, int width, Row row, HostView host, Instant now) {
    this.look = look;
    this.sheet = new Sheet(look, width);
    this.row = row;
    this.view = row.view();
    this.host = host;
    this.outlook = host.outlook().of(row.id());
    this.now = now;
  }

  /**
   * @param moments the newest first
   */
  static List<Line> of(
      Look look, int width, Row row, HostView host, List<Moment> moments, Instant now) {
    Details details = new Details(look, width, row, host, now);
    details.write(moments);
    return details.sheet.lines();
  }

  private void write(List<Moment> moments) {
    identity();
    for (Alert alert : row.alerts()) {
      Severity severity = alert.rule().severity();
      sheet.say(Cells.style(severity), severity.label(), Header.said(alert));
    }
    new ContractLines(sheet).write(host.contracts(), view.id());
    layer();
    sheet.say("Log", view.logBytes().map(Humanly::bytes));
    memory();
    risk();
    happened(moments);
    directories();
    mounts();
    hardening();
    missing();
  }

  private void identity() {
    ContainerState state = view.container().state();
    sheet.add(sheet.line().add(Style.STRONG, view.name()).add("  " + state.shortId()));
    sheet.say("Image", state.image());
    String since =
        state
            .startedAt()
            .filter(at -> view.running() && at.isBefore(now))
            .map(at -> "for " + Humanly.duration(Duration.between(at, now)))
            .orElse("");
    String restarts =
        state.restartCount() > 0 ? ", restarted %d times".formatted(state.restartCount()) : "";
    sheet.say("State", (view.running() ? "running " : "not running") + since + restarts);
    sheet.say("Root", view.rootReadOnly().map(readOnly -> readOnly ? "read-only" : "writable"));
  }

  private void layer() {
    sheet.say("Layer", view.layer().map(layer -> Sentences.layer(layer, now)));
    row.rates().layer().ifPresent(rate -> sheet.say("", "last minute: " + Figures.rate(rate)));
    outlook.layer().optional().ifPresent(growth -> sheet.say("", Sentences.growth(growth)));
    view.quota()
        .optional()
        .ifPresent(quota ->
            sheet.say(
                "Quota",
                Humanly.bytes(quota.limitBytes()) + Sentences.until(outlook.layerFullSeconds())));
    view.deletedFiles()
        .optional()
        .filter(files -> files.files() > 0)
        .ifPresent(files ->
            sheet.say(
                "Deleted",
                "%s in %d files that are still open"
                    .formatted(Humanly.bytes(files.allocatedBytes()), files.files())));
  }

  private void memory() {
    sheet.say("Memory", view.memory().map(Sentences::memory));
    view.memory()
        .optional()
        .ifPresent(memory -> {
          if (memory.oomKills().orElse(0) > 0) {
            sheet.say(Style.WARNING, "OOM kills", Long.toString(memory.oomKills().getAsLong()));
          }
        });
  }

  private void risk() {
    sheet.say("OOM risk", view.risk().map(Sentences::risk));
    outlook
        .oomSeconds()
        .ifPresent(seconds ->
            sheet.say(Style.CRITICAL, "", "an OOM kill in about " + Sentences.soon(seconds)));
  }

  private void happened(List<Moment> moments) {
    sheet.title("What happened, as far as it was seen from here");
    if (moments.isEmpty()) {
      sheet.add(sheet.line().add(Style.FAINT, "  nothing since this began"));
    }
    for (Moment one : moments) {
      Duration ago = Duration.between(one.at(), now);
      String when = Humanly.duration(ago.isNegative() ? Duration.ZERO : ago) + " ago";
      sheet.add(
          sheet.line().cell(Style.PLAIN, when, WHEN, true).add("  ").add(one.style(), one.text()));
    }
    sheet.add(
        sheet
            .line()
            .add(
                Style.FAINT,
                "  (denials, failed writes and what was before: the daemon's page tells them)"));
  }

  private void directories() {
    List<LayerUsage.DirectoryUsage> largest =
        view.layer().optional().map(LayerUsage::largest).orElse(List.of());
    if (!largest.isEmpty()) {
      sheet.title("Largest directories of the layer");
      for (LayerUsage.DirectoryUsage one : largest) {
        sheet.add(
            sheet
                .line()
                .cell(Style.PLAIN, Humanly.bytes(one.allocatedBytes()), Sheet.LABEL - 2, true)
                .add("  " + one.path()));
      }
    }
  }

  private void mounts() {
    List<WritableMount> mounts = view.writableMounts().orElse(List.of());
    if (!mounts.isEmpty()) {
      sheet.title("Where it can write besides");
      mounts.forEach(this::mount);
      row.rates()
          .tmpfs()
          .ifPresent(rate -> sheet.say("", "tmpfs in the last minute: " + Figures.rate(rate)));
    }
  }

  private void mount(WritableMount mount) {
    Line.Builder line =
        sheet
            .line()
            .cell(Style.PLAIN, "  " + mount.kind().label(), Sheet.LABEL, false)
            .cell(Style.PLAIN, mount.path().toString(), PATH, false)
            .add(" ");
    Optional<TmpfsUsage> usage = view.tmpfsOf(mount);
    usage.ifPresent(one -> used(line, one));
    usage.ifPresent(one -> line.add(Style.WARNING, Sentences.until(full(one.mountPoint()))));
    sheet.add(line.add(Style.FAINT, " " + String.join(",", mount.options())));
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
    sheet.title("Hardening: %d of %d".formatted(row.passed(), row.asked()));
    view.hardening()
        .forEach((check, reading) -> {
          Line.Builder line = sheet.line().add("  ");
          switch (reading) {
            case Reading.Present<Boolean>(Boolean pass) ->
                line.cell(pass ? Style.GOOD : Style.WARNING, pass ? "pass" : "FAIL", 6, false)
                    .add(check.label());
            case Reading.Missing<Boolean>(Reading.Cause cause, String why) ->
                line.cell(Style.FAINT, cause == Reading.Cause.NOT_APPLICABLE ? "-" : "?", 6, false)
                    .add(check.label())
                    .add(Style.FAINT, "  " + why);
          }
          sheet.add(line);
        });
  }

  private void missing() {
    view.readings()
        .forEach((what, reading) -> {
          if (reading instanceof Reading.Missing<?>(Reading.Cause cause, String why)
              && cause.isFault()) {
            sheet.say(Style.WARNING, "Not read", what + ": " + why);
          }
        });
  }
}
