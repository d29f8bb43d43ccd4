package io.bilgewatch.agent.top;

import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.rule.Severity;
import io.bilgewatch.agent.view.Contracts.Standing;
import io.bilgewatch.agent.view.TmpfsSpace;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.descriptor.DeletedFiles;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.util.Optional;

/** What each column says of a container. */
final class Cells {
  private Cells() {}

  static boolean isPending(Reading<?> reading) {
    return reading instanceof Reading.Missing<?> missing && missing.cause() == Cause.PENDING;
  }

  /** Two marks for what has to be acted on now, one for what has to be acted on. */
  static Cell mark(Row row) {
    return row.severity()
        .map(severity -> new Cell(style(severity), severity == Severity.CRITICAL ? "!!" : "!"))
        .orElse(Cell.of(""));
  }

  static Style style(Severity severity) {
    return switch (severity) {
      case CRITICAL -> Style.CRITICAL;
      case WARNING -> Style.WARNING;
      case INFO -> Style.PLAIN;
    };
  }

  static Cell name(Row row) {
    return row.severity()
        .map(_ -> new Cell(Style.STRONG, row.name()))
        .orElse(new Cell(row.view().running() ? Style.PLAIN : Style.FAINT, row.name()));
  }

  static Cell root(Row row) {
    if (!row.view().running()) {
      return new Cell(Style.FAINT, "off");
    }
    return Cell.of(
        row.view()
            .rootReadOnly()
            .map(readOnly -> readOnly ? new Cell(Style.GOOD, "ro") : Cell.of("rw")));
  }

  static Cell layer(Row row) {
    return Cell.of(row.view().layer().map(layer -> Cell.of(Figures.size(layer.allocatedBytes()))));
  }

  /** A {@code t} before it says that it is the tmpfs mounts that grow. */
  static Cell growth(Row row) {
    if (row.growth().isEmpty()) {
      boolean still = !row.view().running() || row.view().rootReadOnly().orElse(false);
      return still ? Cell.none() : Cell.measuring();
    }
    String rate = Figures.rate(row.growth().getAsDouble());
    if (rate.equals("0")) {
      return new Cell(Style.FAINT, row.view().running() ? rate : "-");
    }
    Style style = rate.startsWith("+") ? Style.NOTABLE : Style.PLAIN;
    return new Cell(style, (row.rates().isTmpfsFaster() ? "t" : "") + rate);
  }

  static Cell share(Row row) {
    if (row.share().isEmpty()) {
      return Cell.none();
    }
    double share = row.share().getAsDouble();
    // Of a file system, half is much for one container; of its own quota it is not.
    Style style = row.view().quota().isPresent() ? Cell.style(share) : Cell.style(2 * share);
    return new Cell(style, Figures.percent(share));
  }

  static Cell tmpfs(Row row) {
    return Cell.of(row.view().tmpfsSpace().map(space -> tmpfs(space, row)));
  }

  private static Cell tmpfs(TmpfsSpace space, Row row) {
    if (space.size() == 0) {
      return Cell.none();
    }
    String text = Figures.size(space.used()) + "/" + Figures.size(space.size());
    return new Cell(Cell.style(row.tmpfsLoad()), text);
  }

  static Cell memory(Row row) {
    return Cell.of(row.view().memory().map(memory -> memory(memory, row)));
  }

  private static Cell memory(MemoryUsage memory, Row row) {
    String usage = Figures.size(memory.usageBytes());
    return memory.limit() instanceof Limit.Bytes(long limit)
        ? new Cell(Cell.style(row.memoryLoad()), usage + "/" + Figures.size(limit))
        : Cell.of(usage);
  }

  /** Above 1 the OOM killer comes before ENOSPC. */
  static Cell risk(Row row) {
    return Cell.of(row.view().risk().map(Cells::risk));
  }

  private static Cell risk(TmpfsRisk risk) {
    Style style = risk.ratio() > 1 ? Style.WARNING : Style.PLAIN;
    return new Cell(style, Figures.risk(risk.ratio()));
  }

  static Cell ending(Row row) {
    Optional<Ending> ending = row.ending();
    if (ending.isEmpty()) {
      return Cell.of("");
    }
    Style style = ending.get().seconds() < 600 ? Style.CRITICAL : Style.WARNING;
    return new Cell(style, ending.get().what() + " " + Figures.soon(ending.get().seconds()));
  }

  static Cell hardening(Row row) {
    return row.asked() == 0 ? Cell.none() : Cell.of(row.passed() + "/" + row.asked());
  }

  /** Whether it keeps its contracts, or how many times it does not. */
  static Cell contract(Row row) {
    return switch (row.standing()) {
      case Standing.None() -> Cell.none();
      case Standing.Kept() -> new Cell(Style.GOOD, "yes");
      case Standing.Violated(int times) ->
          new Cell(Style.WARNING, times > 9 ? "no>9" : "no " + times);
      case Standing.Unknown _ -> Cell.unknown();
    };
  }

  static Cell log(Row row) {
    return Cell.of(row.view().logBytes().map(bytes -> Cell.of(Figures.size(bytes))));
  }

  /** Deleted files that are still open. */
  static Cell deleted(Row row) {
    return Cell.of(row.view().deletedFiles().map(Cells::deleted));
  }

  private static Cell deleted(DeletedFiles files) {
    return new Cell(
        files.allocatedBytes() > 0 ? Style.PLAIN : Style.FAINT,
        Figures.size(files.allocatedBytes()));
  }

  static Cell image(Row row) {
    return new Cell(Style.FAINT, row.view().container().state().image());
  }
}
