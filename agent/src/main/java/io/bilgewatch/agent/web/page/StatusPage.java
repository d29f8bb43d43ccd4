package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.rule.Severity;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.mount.BackingFilesystem;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the landing page shows.
 *
 * @param age of the figures; empty where there are none
 * @param notice what the reader must know first, such as that nothing was read yet
 * @param warnings alerts that fire, and those that are about to, the worst first; empty where
 *     nobody looked
 * @param happenings newest first
 */
public record StatusPage(
    String version,
    Duration uptime,
    Optional<Duration> age,
    Optional<String> notice,
    Optional<List<Warning>> warnings,
    List<Vessel> vessels,
    List<Disk> disks,
    List<Happening> happenings,
    List<Collector> collectors) {

  /** A file system under writable layers, and where it is going. */
  public record Disk(BackingFilesystem filesystem, Outlook.OfFilesystem outlook) {}

  /**
   * A collector.
   *
   * @param outcome of the last run, for people
   * @param sinceSuccess how long ago it last succeeded; empty: never
   */
  public record Collector(
      String name, Health health, String outcome, Optional<Duration> sinceSuccess) {}

  /**
   * Something that happened.
   *
   * @param ago when it was seen last
   * @param times how often
   * @param before whether it was before the agent's start
   */
  public record Happening(
      Duration ago,
      Whose whose,
      String kind,
      Health health,
      String text,
      long times,
      boolean before) {}

  /**
   * To whom something belongs.
   *
   * @param href its page; empty where there is none
   */
  public record Whose(String text, Optional<String> href) {}

  /**
   * An alert.
   *
   * @param key the same as long as it is the same alert
   * @param firing else it is pending
   * @param active for how long
   * @param container whose it is; empty where it is the host's
   */
  public record Warning(
      String key,
      String name,
      Severity severity,
      boolean firing,
      Duration active,
      String summary,
      String description,
      Optional<Whose> container) {}

  public enum Health {
    GOOD("good", "●"),
    /** Runs, and can't give everything here; nobody need get up for it. */
    LIMITED("warn", "◆"),
    BAD("bad", "▲");

    final String style;
    final String glyph;

    Health(String style, String glyph) {
      this.style = style;
      this.glyph = glyph;
    }
  }

  public StatusPage {
    Objects.requireNonNull(version, "version");
    warnings = warnings.map(List::copyOf);
    vessels = List.copyOf(vessels);
    disks = List.copyOf(disks);
    happenings = List.copyOf(happenings);
    collectors = List.copyOf(collectors);
  }
}
