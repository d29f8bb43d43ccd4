package io.bilgewatch.agent.render;

import io.bilgewatch.agent.text.Columns;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.text.Visible;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsUsage;
import io.bilgewatch.volume.VolumeUse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The writable mounts of a container and what they hold, for a terminal. */
final class WrittenMountsTable {
  /** Of the largest directories; the others are in the JSON. */
  private static final int MOST_DIRECTORIES = 3;

  private static final String NOT_KNOWN = "?";
  private static final String NONE = "-";

  private final ContainerView container;
  private final Map<KernelPath, Reading<VolumeUse>> volumes;
  private final Instant now;
  private final boolean since;

  private WrittenMountsTable(
      ContainerView container, Map<KernelPath, Reading<VolumeUse>> volumes, Instant now) {
    this.container = container;
    this.volumes = volumes;
    this.now = now;
    this.since =
        volumes.values().stream()
            .anyMatch(use -> use.optional().flatMap(VolumeUse::since).isPresent());
  }

  /** Lines with their ends; none where the mounts are not known. */
  static String of(
      ContainerView container, Map<KernelPath, Reading<VolumeUse>> volumes, Instant now) {
    return switch (container.writableMounts()) {
      case Reading.Missing<List<WritableMount>> _ -> "";
      case Reading.Present<List<WritableMount>>(var mounts) when mounts.isEmpty() ->
          "It has no writable mounts.\n";
      case Reading.Present<List<WritableMount>>(var mounts) ->
          new WrittenMountsTable(container, volumes, now).table(mounts);
    };
  }

  private String table(List<WritableMount> mounts) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("MOUNT", "KIND", new Cells("USED", "ENTRIES", "LAST", "CHANGED"), "OPTIONS"));
    StringBuilder notes = new StringBuilder();
    for (WritableMount mount : mounts) {
      String path = Visible.of(mount.path().toString());
      String options = Visible.of(String.join(",", mount.options()));
      rows.add(row(path, mount.kind().label(), cells(mount), options));
      Reading<VolumeUse> use = volumes.get(mount.path());
      if (use != null) {
        note(notes, path, use);
      }
    }
    return Columns.aligned(rows) + (notes.isEmpty() ? "" : "\n" + notes);
  }

  /** What is said of a mount. */
  private record Cells(String used, String entries, String last, String changed) {
    /** Of what only its size is known of. */
    static Cells of(String used) {
      return new Cells(used, NONE, NONE, NONE);
    }
  }

  /** What changed is a column where somebody asked. */
  private List<String> row(String mount, String kind, Cells cells, String options) {
    List<String> row =
        new ArrayList<>(List.of(mount, kind, cells.used(), cells.entries(), cells.last()));
    if (since) {
      row.add(cells.changed());
    }
    row.add(options);
    return row;
  }

  private Cells cells(WritableMount mount) {
    boolean tmpfs = mount.kind() == WritableMount.Kind.TMPFS;
    return switch (volumes.get(mount.path())) {
      case Reading.Present<VolumeUse>(VolumeUse use) -> cells(use, tmpfs ? ", unbounded" : "");
      case Reading.Missing<VolumeUse>(Reading.Cause cause, _) ->
          Cells.of(cause.isFault() ? NOT_KNOWN : NONE);
      case null -> Cells.of(tmpfs ? tmpfs(mount) : NOT_KNOWN);
    };
  }

  private String tmpfs(WritableMount mount) {
    return container.tmpfsOf(mount).map(WrittenMountsTable::used).orElse(NOT_KNOWN);
  }

  private Cells cells(VolumeUse use, String bound) {
    String least = use.isComplete() ? "" : "at least ";
    return new Cells(
        least + Humanly.bytes(use.bytes()) + bound,
        least + use.entries(),
        Humanly.ago(use.lastChange(), now),
        use.since()
            .map(changed ->
                "%s%d with %s".formatted(least, changed.entries(), Humanly.bytes(changed.bytes())))
            .orElse(NONE));
  }

  private static String used(TmpfsUsage usage) {
    if (usage.usedBytes().isEmpty()) {
      return NOT_KNOWN;
    }
    String used = Humanly.bytes(usage.usedBytes().getAsLong());
    return usage.size() instanceof Limit.Bytes(long most)
        ? "%s of %s".formatted(used, Humanly.bytes(most))
        : used + ", unbounded";
  }

  private static void note(StringBuilder notes, String path, Reading<VolumeUse> reading) {
    switch (reading) {
      case Reading.Missing<VolumeUse>(Reading.Cause cause, _) when !cause.isFault() -> {}
      case Reading.Missing<VolumeUse>(_, String why) ->
          notes.append("%s was not read: %s\n".formatted(path, Visible.of(why)));
      case Reading.Present<VolumeUse>(VolumeUse use) -> {
        use.shortfall()
            .ifPresent(
                why -> notes.append("Not all of %s was read: %s\n".formatted(path, why.label())));
        if (!use.largest().isEmpty()) {
          notes.append("Largest in %s: %s\n".formatted(path, largest(use)));
        }
      }
    }
  }

  private static String largest(VolumeUse use) {
    return use.largest().stream()
        .limit(MOST_DIRECTORIES)
        .map(one -> Visible.of(one.path().toString()) + " " + Humanly.bytes(one.allocatedBytes()))
        .collect(Collectors.joining(", "));
  }
}
