package io.bilgewatch.containerlog;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Finds failures in the lines it is given and counts those that are alike. A container that prints
 * nothing but errors must not cost more than others, so only so much time goes into looking closely
 * at its lines; the rest is counted.
 */
public final class FailureFinder implements LogLine {
  private static final int MOST_ALIKE = 4_096;

  private final WriteFailureRules rules;
  private final Clock clock;
  private final Map<WriteFailure, FailureCount> found = new LinkedHashMap<>();
  private final LongSupplier cpuNanos;
  private long leftNanos = Long.MAX_VALUE;
  private long spentNanos;
  private long skippedBytes;

  /**
   * @param clock for rows that do not say when they were written
   * @param cpuNanos what the calling thread has used of a processor
   */
  public FailureFinder(WriteFailureRules rules, Clock clock, LongSupplier cpuNanos) {
    this.rules = rules;
    this.clock = clock;
    this.cpuNanos = cpuNanos;
  }

  /** How much CPU time may go into looking closely at lines from now on; at one it always may. */
  public void spendAtMost(long nanos) {
    leftNanos = nanos;
    spentNanos = 0;
  }

  /** What was spent of it. */
  public long spentNanos() {
    return spentNanos;
  }

  @Override
  public void read(byte[] text, int length, Optional<Instant> time) {
    int hint = rules.hint(text, 0, length);
    if (hint < 0) {
      return;
    }
    if (spentNanos > leftNanos) {
      skippedBytes += length;
      return;
    }
    long before = cpuNanos.getAsLong();
    rules
        .examine(text, 0, length, hint)
        .ifPresent(failure -> count(failure, time.orElseGet(clock::instant)));
    spentNanos += cpuNanos.getAsLong() - before;
  }

  /** A container chooses how many there are that are not alike. */
  private void count(WriteFailure failure, Instant time) {
    if (found.size() >= MOST_ALIKE && !found.containsKey(failure)) {
      return;
    }
    found.merge(
        failure,
        new FailureCount(failure, 1, time),
        (before, now) -> new FailureCount(failure, before.count() + 1, now.last()));
  }

  /** What was found since the last call. */
  public List<FailureCount> take() {
    List<FailureCount> taken = new ArrayList<>(found.values());
    found.clear();
    return taken;
  }

  /** Bytes of lines that had to be let go, since the last call. */
  public long takeSkippedBytes() {
    long taken = skippedBytes;
    skippedBytes = 0;
    return taken;
  }
}
