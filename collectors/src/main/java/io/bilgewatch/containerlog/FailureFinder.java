package io.bilgewatch.containerlog;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds failures in the lines it is given and counts those that are alike. A container that prints
 * nothing but errors must not cost more than others, so only so many lines are looked at closely;
 * the rest is counted.
 */
public final class FailureFinder implements LogLine {
  private final WriteFailureRules rules;
  private final Clock clock;
  private final int mostExamined;
  private final Map<WriteFailure, FailureCount> found = new LinkedHashMap<>();
  private int examined;
  private long skippedBytes;

  /**
   * @param clock for rows that do not say when they were written
   * @param mostExamined lines between two calls of {@link #take}
   */
  public FailureFinder(WriteFailureRules rules, Clock clock, int mostExamined) {
    this.rules = rules;
    this.clock = clock;
    this.mostExamined = mostExamined;
  }

  @Override
  public void read(byte[] text, int length, Optional<Instant> time) {
    int hint = rules.hint(text, 0, length);
    if (hint < 0) {
      return;
    }
    if (examined >= mostExamined) {
      skippedBytes += length;
      return;
    }
    examined++;
    rules
        .examine(text, 0, length, hint)
        .ifPresent(failure -> count(failure, time.orElseGet(clock::instant)));
  }

  private void count(WriteFailure failure, Instant time) {
    found.merge(
        failure,
        new FailureCount(failure, 1, time),
        (before, now) -> new FailureCount(failure, before.count() + 1, now.last()));
  }

  /** What was found since the last call. */
  public List<FailureCount> take() {
    List<FailureCount> taken = new ArrayList<>(found.values());
    found.clear();
    examined = 0;
    return taken;
  }

  /** Bytes of lines that had to be let go, since the last call. */
  public long takeSkippedBytes() {
    long taken = skippedBytes;
    skippedBytes = 0;
    return taken;
  }
}
