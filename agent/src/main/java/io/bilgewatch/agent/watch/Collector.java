package io.bilgewatch.agent.watch;

import io.bilgewatch.kernel.Reading;

/**
 * A name and one method. Timing, deadline, isolation and meta-metrics belong to {@link
 * CollectorRun}.
 *
 * @param <T> what is read: a container, a directory, the host
 */
record Collector<T, V>(String name, Read<T, V> read) {

  /** Reads one thing; what it can't read is missing, with the reason. */
  interface Read<T, V> {
    Reading<V> of(T thing);
  }
}
