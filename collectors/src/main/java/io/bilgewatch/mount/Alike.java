package io.bilgewatch.mount;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Makes what is equal the same object, since the mount tables of a host's containers are alike but
 * for a few fields. Holds so much and no more: a container chooses what it mounts, and where. For
 * several threads.
 */
final class Alike {
  static final int MOST = 1_024;

  private final ConcurrentMap<Object, Object> known = new ConcurrentHashMap<>();

  /**
   * The first that was like it.
   *
   * @param value immutable, small, and equal to nothing of another class that is asked for here
   */
  @SuppressWarnings("unchecked")
  <T> T first(T value) {
    Object before = known.get(value);
    if (before != null) {
      return (T) before;
    }
    if (known.size() >= MOST) {
      // Those that are alike will come again.
      known.clear();
    }
    known.put(value, value);
    return value;
  }

  int size() {
    return known.size();
  }
}
