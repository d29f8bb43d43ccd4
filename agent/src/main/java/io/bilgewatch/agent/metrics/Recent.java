package io.bilgewatch.agent.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** What was made of keys, each kept as long as every round asks for it again. */
final class Recent<K, V> {
  private static final int SMALL = 64;

  private Map<K, Made<V>> made = new HashMap<>();
  private int largest;
  private int round;

  private static final class Made<V> {
    final V value;
    int round;

    Made(V value) {
      this.value = value;
    }
  }

  V get(K key, Function<? super K, ? extends V> make) {
    Made<V> known = made.get(key);
    if (known == null) {
      known = new Made<>(make.apply(key));
      made.put(key, known);
    }
    known.round = round;
    return known.value;
  }

  /** Ends the round: what it did not ask for is forgotten. */
  void turn() {
    largest = Math.max(largest, made.size());
    made.values().removeIf(known -> known.round != round);
    round++;
    if (largest > SMALL && made.size() < largest / 4) {
      // A map never gives its table back.
      made = new HashMap<>(made);
      largest = made.size();
    }
  }

  int size() {
    return made.size();
  }
}
