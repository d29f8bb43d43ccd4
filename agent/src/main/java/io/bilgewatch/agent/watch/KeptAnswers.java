package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.view.ContainerView;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Answers about containers that took some time, kept for a while: for a minute, and for so many
 * times what they took that to ask again and again costs a fiftieth of a CPU at most. Not for
 * several threads.
 */
final class KeptAnswers<V> {
  private static final Duration LEAST = Duration.ofSeconds(60);
  private static final int TIMES = 50;
  private static final int MOST = 64;

  private final Map<String, Kept<V>> kept =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept<V>> eldest) {
          return size() > MOST;
        }
      };

  /**
   * @param process by which it is another life of the container
   */
  private record Kept<V>(int process, long atNanos, long forNanos, V answer) {}

  /** Empty where there is none, or it is too old. */
  Optional<V> of(ContainerView container, long now) {
    return Optional.ofNullable(kept.get(container.id()))
        .filter(one -> one.process() == process(container) && now - one.atNanos() < one.forNanos())
        .map(Kept::answer);
  }

  /**
   * @param began when it was begun to be made
   */
  void put(ContainerView container, V answer, long began, long now) {
    kept.remove(container.id());
    long time = Math.max(LEAST.toNanos(), TIMES * (now - began));
    kept.put(container.id(), new Kept<>(process(container), began, time, answer));
  }

  private static int process(ContainerView container) {
    return container.container().state().pid();
  }
}
