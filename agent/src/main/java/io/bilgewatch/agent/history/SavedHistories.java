package io.bilgewatch.agent.history;

import io.bilgewatch.agent.risk.Points;
import java.time.Instant;
import java.util.Map;

/**
 * What a file had.
 *
 * @param at when it was written
 * @param series with times in nanoseconds before that, so below 0
 */
record SavedHistories(Instant at, Map<SeriesKey, Points> series) {

  /**
   * @param writtenNanos when it was written by the clock of the histories
   * @return how many histories go on
   */
  int restoreTo(Histories histories, long writtenNanos) {
    int restored = 0;
    for (Map.Entry<SeriesKey, Points> saved : series.entrySet()) {
      if (histories.restore(saved.getKey(), saved.getValue(), writtenNanos)) {
        restored++;
      }
    }
    return restored;
  }
}
