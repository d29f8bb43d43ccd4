package io.bilgewatch.agent.render;

import io.bilgewatch.agent.proposal.Proposal;
import io.bilgewatch.agent.proposal.Remark;
import io.bilgewatch.agent.proposal.Writes;
import io.bilgewatch.agent.text.Columns;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.text.Visible;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.agent.view.WrittenLayer;
import io.bilgewatch.containerlog.FailureCount;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.overlay.Shortfall;
import io.bilgewatch.tmpfs.TmpfsUsage;
import io.bilgewatch.writes.Changes;
import io.bilgewatch.writes.WrittenPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** What a container wrote, for a terminal. */
public final class WritesTable {
  private WritesTable() {}

  public static String of(ContainerView container, Writes writes, Instant now) {
    StringBuilder text =
        new StringBuilder(Visible.of(container.name()))
            .append(": root ")
            .append(root(container, writes.proposal()))
            .append("\n\n");
    switch (writes.layer()) {
      case Reading.Missing<WrittenLayer>(_, String why) ->
          text.append("Its layer could not be read: ").append(Visible.of(why)).append('\n');
      case Reading.Present<WrittenLayer>(WrittenLayer found) -> append(text, found, now);
    }
    text.append('\n').append(mounts(container));
    if (writes.failures() instanceof Reading.Missing<List<FailureCount>>(Cause cause, String why)
        && cause.isFault()) {
      text.append("\nIts log could not be read for failed writes: ")
          .append(Visible.of(why))
          .append('\n');
    }
    ProposalText proposal =
        new ProposalText(
            container.name(), container.container().state().image(), writes.proposal());
    return text.append('\n').append(proposal(writes.proposal(), proposal)).toString();
  }

  private static String proposal(Proposal proposal, ProposalText text) {
    StringBuilder all = new StringBuilder(text.verdict()).append('\n');
    list(all, text.remarks(Remark.Kind.MUST));
    list(all, text.remarks(Remark.Kind.UNKNOWN));
    if (!proposal.mounts().isEmpty() || !proposal.settings().isEmpty()) {
      all.append("\ndocker run:\n  ").append(String.join(" \\\n  ", text.dockerRun())).append("\n");
      if (!text.ownership().isEmpty()) {
        all.append("\nbefore, so that its user may write to new volumes:\n");
        text.ownership().forEach(line -> all.append("  ").append(line).append('\n'));
      }
      all.append("\nCompose:\n").append(text.compose().indent(2));
      all.append("\nKubernetes:\n").append(text.kubernetes().indent(2));
    }
    List<String> notes = text.remarks(Remark.Kind.NOTE);
    if (!notes.isEmpty()) {
      all.append("\nNotes:\n");
      list(all, notes);
    }
    return all.toString();
  }

  private static void list(StringBuilder text, List<String> lines) {
    lines.forEach(line -> text.append("  ").append(line).append('\n'));
  }

  private static String root(ContainerView container, Proposal proposal) {
    return switch (container.rootReadOnly()) {
      case Reading.Present<Boolean>(Boolean readOnly) -> readOnly ? "read-only" : "writable";
      case Reading.Missing<Boolean>(Cause cause, String why) when cause.isFault() ->
          "not known: " + Visible.of(why);
      case Reading.Missing<Boolean> _ ->
          (proposal.sealed() ? "read-only" : "writable") + " when it runs, which it does not now";
    };
  }

  private static void append(StringBuilder text, WrittenLayer layer, Instant now) {
    if (layer.places().isEmpty()) {
      text.append("Nothing was written to its layer.\n");
    } else {
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("PATH", "WHAT", "WRITTEN", "SIZE", "LAST", "TAKE"));
      layer.places().forEach(place -> rows.add(row(place, now)));
      text.append(Columns.aligned(rows));
      long copied = layer.places().stream().mapToLong(one -> one.changes().copiedUpBytes()).sum();
      text.append(
          "\n%s in %d files and directories"
              .formatted(
                  Humanly.bytes(layer.usage().allocatedBytes()), layer.usage().inodes() - 1));
      if (copied > 0) {
        text.append(
            ", of which %s are copies of the image's files".formatted(Humanly.bytes(copied)));
      }
      text.append('\n');
    }
    if (layer.usage().changes().isEmpty()) {
      text.append("New files can't be told from changed ones: that takes CAP_SYS_ADMIN.\n");
    }
    layer.shortfall().ifPresent(why -> text.append(incomplete(why)));
  }

  private static String incomplete(Shortfall why) {
    return "This is not all: " + why + "\n";
  }

  private static List<String> row(WrittenPlace place, Instant now) {
    Changes changes = place.changes();
    return List.of(
        Visible.of(place.path().toString()) + (place.type().isEmpty() ? "/" : ""),
        place.what().what(),
        written(place),
        Humanly.bytes(changes.bytes()),
        ago(changes.lastChange(), now),
        place.what().advice().label());
  }

  private static String written(WrittenPlace place) {
    Changes changes = place.changes();
    if (place.type().isPresent()) {
      return changes.deleted() > 0 ? "deleted" : changes.modified() > 0 ? "changed" : "new";
    }
    if (changes.isPassing()) {
      return "came and went";
    }
    StringJoiner parts = new StringJoiner(", ");
    add(parts, changes.created(), "new");
    add(parts, changes.modified(), "changed");
    add(parts, changes.deleted(), "deleted");
    add(parts, changes.executables(), "executable");
    return parts.toString();
  }

  private static void add(StringJoiner parts, long number, String what) {
    if (number > 0) {
      parts.add(number + " " + what);
    }
  }

  private static String ago(Instant last, Instant now) {
    return last.equals(Instant.EPOCH)
        ? "-"
        : Humanly.duration(Duration.between(last.isAfter(now) ? now : last, now)) + " ago";
  }

  private static String mounts(ContainerView container) {
    return switch (container.writableMounts()) {
      case Reading.Missing<List<WritableMount>> _ -> "";
      case Reading.Present<List<WritableMount>>(var mounts) when mounts.isEmpty() ->
          "It has no writable mounts.\n";
      case Reading.Present<List<WritableMount>>(var mounts) -> {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("MOUNT", "KIND", "USED", "OPTIONS"));
        for (WritableMount mount : mounts) {
          rows.add(
              List.of(
                  Visible.of(mount.path().toString()),
                  mount.kind().label(),
                  container.tmpfsOf(mount).map(WritesTable::used).orElse("?"),
                  Visible.of(String.join(",", mount.options()))));
        }
        yield Columns.aligned(rows);
      }
    };
  }

  private static String used(TmpfsUsage usage) {
    if (usage.usedBytes().isEmpty()) {
      return "?";
    }
    String used = Humanly.bytes(usage.usedBytes().getAsLong());
    return usage.size() instanceof Limit.Bytes(long most)
        ? "%s of %s".formatted(used, Humanly.bytes(most))
        : used + ", unbounded";
  }
}
