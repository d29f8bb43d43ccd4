package io.bilgewatch.agent.web;

import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the landing page shows.
 *
 * @param notice what the reader must know first, such as that nothing was read yet
 * @param warnings alerts that fire, and those that are about to, the worst first; empty where
 *     nobody looked
 * @param happenings newest first
 */
public record StatusPage(
    String version,
    Duration uptime,
    Optional<String> notice,
    Optional<List<Warning>> warnings,
    List<Row> containers,
    List<Happening> happenings,
    List<Collector> collectors) {

  /**
   * A container.
   *
   * @param id in full or short; its first 12 digits are shown
   * @param state such as {@code running}
   * @param layerBytes allocated in the writable layer
   * @param tmpfs all of the container's tmpfs mounts together
   * @param oomRisk free tmpfs room over headroom; above 1 a full tmpfs is an OOM kill
   * @param memoryUsage in bytes
   */
  public record Row(
      String name,
      String id,
      String state,
      boolean running,
      Reading<Boolean> rootReadOnly,
      Reading<Long> layerBytes,
      Reading<Space> tmpfs,
      Reading<Double> oomRisk,
      Reading<Long> memoryUsage,
      Reading<Limit> memoryLimit) {}

  /** In bytes. */
  public record Space(long used, long size) {}

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
      String whose,
      String kind,
      Health health,
      String text,
      long times,
      boolean before) {}

  /**
   * An alert.
   *
   * @param firing else it is pending
   * @param active for how long
   */
  public record Warning(
      String name,
      String severity,
      Health health,
      boolean firing,
      Duration active,
      String summary,
      String description) {}

  public enum Health {
    GOOD,
    /** Runs, and can't give everything here; nobody need get up for it. */
    LIMITED,
    BAD
  }

  public StatusPage {
    Objects.requireNonNull(version, "version");
    warnings = warnings.map(List::copyOf);
    containers = List.copyOf(containers);
    happenings = List.copyOf(happenings);
    collectors = List.copyOf(collectors);
  }
}
