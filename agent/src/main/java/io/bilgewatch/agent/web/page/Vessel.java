package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.rule.Severity;
import io.bilgewatch.agent.view.Contracts.Standing;
import io.bilgewatch.agent.view.TmpfsSpace;
import io.bilgewatch.agent.web.page.StatusPage.Happening;
import io.bilgewatch.agent.web.page.StatusPage.Warning;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A container as the pages show it: what it carries, and how deep it lies.
 *
 * @param state such as {@code running}
 * @param unread why something of it could not be read, each in a sentence
 * @param warnings its alerts, firing and pending, the worst first
 * @param last what happened to it last
 */
public record Vessel(
    Named named,
    String image,
    String state,
    boolean running,
    Reading<Boolean> rootReadOnly,
    Layer layer,
    Tmpfs tmpfs,
    Reading<Long> memoryUsage,
    Reading<Limit> memoryLimit,
    Checks checks,
    Standing contract,
    List<String> unread,
    List<Warning> warnings,
    Optional<Happening> last) {

  /** So full a thing is nearly full. */
  static final double DEEP = 0.9;

  /**
   * Who it is, and where its page is.
   *
   * @param id in full or short
   */
  public record Named(String name, String id, String href) {
    private static final int SHORT_ID = 12;

    String shortId() {
      return id.substring(0, Math.min(SHORT_ID, id.length()));
    }

    /** Its name, or its id where that is all that is known. */
    String shown() {
      return name.isEmpty() ? shortId() : name;
    }
  }

  /**
   * What it wrote to its disk.
   *
   * @param changes files of the image that it changed or deleted, and new ones
   * @param fullSeconds until its quota or its disk is full
   */
  public record Layer(
      Reading<Long> bytes,
      OptionalLong changes,
      Reading<Room> room,
      Reading<Growth> growth,
      OptionalDouble fullSeconds) {

    /** How much of what it may have it has, 0 to 1. */
    OptionalDouble depth() {
      return bytes instanceof Reading.Present<Long>(Long held)
              && room instanceof Reading.Present<Room>(Room known)
          ? OptionalDouble.of(share((double) held, (double) known.leftBytes()))
          : OptionalDouble.empty();
    }
  }

  /**
   * What a layer may still take.
   *
   * @param quotaBytes where it has one; elsewhere all share what is left of the disk
   */
  public record Room(long leftBytes, OptionalLong quotaBytes) {}

  /**
   * Its tmpfs mounts together.
   *
   * @param bytesPerSecond of those that grow
   * @param fullSeconds until the first of them is full
   * @param oomSeconds until the OOM kill that comes before
   */
  public record Tmpfs(
      Reading<TmpfsSpace> space,
      Reading<TmpfsRisk> risk,
      double bytesPerSecond,
      OptionalDouble fullSeconds,
      OptionalDouble oomSeconds) {

    /** How much of what the mounts and memory let it hold it holds, 0 to 1. */
    OptionalDouble depth() {
      return space instanceof Reading.Present<TmpfsSpace>(TmpfsSpace known)
          ? OptionalDouble.of(share((double) known.used(), left(known)))
          : OptionalDouble.empty();
    }

    private double left(TmpfsSpace known) {
      double room = Math.max(0, known.size() - known.used());
      return risk.optional()
          .map(found -> Math.min(room, (double) found.headroomBytes()))
          .orElse(room);
    }

    /** Whether the OOM killer comes before the mounts are full. */
    boolean isKiller() {
      return risk.optional().filter(found -> found.ratio() > 1).isPresent();
    }
  }

  /**
   * Of the hardening checks.
   *
   * @param answered those that apply and could be read
   */
  public record Checks(int passed, int answered) {}

  public Vessel {
    unread = List.copyOf(unread);
    warnings = List.copyOf(warnings);
  }

  /** How it is, the worst first. */
  enum Condition {
    CRITICAL(0, "critical", "▲", "bad"),
    WARNING(1, "warning", "◆", "warn"),
    AT_RISK(2, "at risk", "◇", "warn"),
    UNKNOWN(3, "unknown", "?", "unsure"),
    FINE(4, "fine", "●", "good"),
    STOPPED(5, "stopped", "■", "dim");

    /** The least is the worst. */
    final int rank;

    final String words;
    final String glyph;
    final String style;

    Condition(int rank, String words, String glyph, String style) {
      this.rank = rank;
      this.words = words;
      this.glyph = glyph;
      this.style = style;
    }

    boolean isTrouble() {
      return rank <= AT_RISK.rank;
    }
  }

  Condition condition() {
    if (fires(Severity.CRITICAL)) {
      return Condition.CRITICAL;
    }
    if (fires(Severity.WARNING) || contract instanceof Standing.Violated) {
      return Condition.WARNING;
    }
    if (!running) {
      return Condition.STOPPED;
    }
    if (tmpfs.isKiller()
        || depth() >= DEEP
        || warnings.stream().anyMatch(one -> one.severity() != Severity.INFO)) {
      return Condition.AT_RISK;
    }
    return unread.isEmpty() ? Condition.FINE : Condition.UNKNOWN;
  }

  private boolean fires(Severity severity) {
    return warnings.stream().anyMatch(one -> one.firing() && one.severity() == severity);
  }

  /** The deeper of the two lines, 0 to 1; what is not known does not count. */
  double depth() {
    return Math.max(layer.depth().orElse(0), tmpfs.depth().orElse(0));
  }

  /** Until the first of its ends, as far as forecasts go. */
  OptionalDouble soonest() {
    double soonest =
        Math.min(
            layer.fullSeconds().orElse(Double.POSITIVE_INFINITY),
            Math.min(
                tmpfs.fullSeconds().orElse(Double.POSITIVE_INFINITY),
                tmpfs.oomSeconds().orElse(Double.POSITIVE_INFINITY)));
    return Double.isInfinite(soonest) ? OptionalDouble.empty() : OptionalDouble.of(soonest);
  }

  /** Whether its root is writable and it wrote nothing to it: the next to be sealed. */
  boolean isReady() {
    return isWritable() && layer.changes().isPresent() && layer.changes().getAsLong() == 0;
  }

  boolean isSealed() {
    return rootReadOnly.orElse(false);
  }

  boolean isWritable() {
    return !rootReadOnly.orElse(true);
  }

  private static double share(double held, double left) {
    return held + left <= 0 ? 0 : Math.clamp(held / (held + left), 0, 1);
  }
}
