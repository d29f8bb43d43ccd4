package io.bilgewatch.oom;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Joins the lines of the OOM killer's account to kills. The kernel writes them under one lock, so
 * that accounts never mingle with each other, but others' records come in between, and any of them
 * may be lost. A kill is told as soon as its line comes; where that was lost, when the next account
 * begins or {@link #expire} finds that nothing follows. Holds one account at a time. Not for
 * several threads.
 */
public final class OomAssembler {
  /** A slow serial console stretches an account's few milliseconds to seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** All of a group are killed in one go. */
  private static final Duration GROUP_PATIENCE = Duration.ofSeconds(2);

  /** A line's parts, as long as what the kernel's log holds of it. */
  private static final int LONGEST_LINE = 8_192;

  private Optional<OomDump> dump = Optional.empty();
  private String unfinished = "";
  private Duration lastLine = Duration.ZERO;
  private OptionalInt lastByHearsay = OptionalInt.empty();

  /** As {@link #offer(Duration, boolean, String)}, for what is no continuation. */
  public List<OomKill> offer(Duration sinceBoot, String text) {
    return offer(sinceBoot, false, text);
  }

  /**
   * Takes the next record of the kernel's log. Only those of the kernel itself (facility 0) may be
   * offered: any process may write others.
   *
   * @param continuation whether the kernel says that it continues an earlier record
   * @param text one char a byte
   * @return the kills that are known now
   */
  public List<OomKill> offer(Duration sinceBoot, boolean continuation, String text) {
    List<OomKill> kills = new ArrayList<>(expire(sinceBoot));
    if (continuation && !unfinished.isEmpty()) {
      String joined = unfinished + text;
      unfinished = "";
      accept(joined, sinceBoot, kills);
    } else if (OomLines.isUnfinished(text) || OomLines.read(text).isPresent()) {
      takeUnfinished(kills);
      accept(text, sinceBoot, kills);
    }
    return List.copyOf(kills);
  }

  /** Kills of which no line will come any more. */
  public List<OomKill> expire(Duration sinceBoot) {
    if (sinceBoot.compareTo(lastLine.plus(patience())) <= 0) {
      return List.of();
    }
    List<OomKill> kills = new ArrayList<>();
    takeUnfinished(kills);
    end(kills);
    return kills;
  }

  private Duration patience() {
    return dump.map(OomDump::isSpent).orElse(false) ? GROUP_PATIENCE : PATIENCE;
  }

  /**
   * The kernel writes lines with paths in pieces; where another processor's record came between,
   * the rest is a record of its own.
   */
  private void accept(String text, Duration at, List<OomKill> kills) {
    lastLine = at;
    if (text.length() < LONGEST_LINE && OomLines.isUnfinished(text)) {
      unfinished = text;
    } else {
      OomLines.read(text).ifPresent(line -> take(line, at, kills));
    }
  }

  /** What broke off says something all the same. */
  private void takeUnfinished(List<OomKill> kills) {
    String text = unfinished;
    unfinished = "";
    OomLines.read(text).ifPresent(line -> take(line, lastLine, kills));
  }

  private void take(OomLine line, Duration at, List<OomKill> kills) {
    switch (line) {
      case OomLine.Reaped _ -> {}
      case OomLine.Killed killed -> kill(killed, at, kills);
      case OomLine.Invoked _,
          OomLine.TaskIn _,
          OomLine.Summary _,
          OomLine.Usage _,
          OomLine.Chosen _,
          OomLine.Group _ ->
          add(line, at, kills);
      case OomLine.AlreadyExiting _,
          OomLine.Cpuset _,
          OomLine.StatsOf _,
          OomLine.Stats _,
          OomLine.StatsOfOne _,
          OomLine.TableHeading _,
          OomLine.TableRow _ ->
          dump.filter(open -> open.takes(line)).ifPresent(open -> open.add(line, at));
    }
  }

  private void add(OomLine line, Duration at, List<OomKill> kills) {
    if (dump.isEmpty() || !dump.get().takes(line)) {
      end(kills);
      dump = Optional.of(new OomDump(at));
    }
    if (line instanceof OomLine.Group) {
      // The first victim comes before: its line was lost, or its account left out.
      tell(dump.get().killWithoutLine(), kills);
    }
    dump.get().add(line, at);
  }

  private void kill(OomLine.Killed killed, Duration at, List<OomKill> kills) {
    boolean told = lastByHearsay.isPresent() && lastByHearsay.getAsInt() == killed.pid();
    if (dump.isPresent() && dump.get().takes(killed)) {
      kills.add(dump.get().kill(killed, at));
    } else {
      end(kills);
      if (!told) {
        kills.add(OomDump.alone(killed, at));
      }
    }
    lastByHearsay = OptionalInt.empty();
  }

  private void end(List<OomKill> kills) {
    tell(dump.flatMap(OomDump::killWithoutLine), kills);
    dump = Optional.empty();
  }

  private void tell(Optional<OomKill> byHearsay, List<OomKill> kills) {
    byHearsay.ifPresent(kill -> {
      kills.add(kill);
      lastByHearsay = OptionalInt.of(kill.victim().pid());
    });
  }
}
