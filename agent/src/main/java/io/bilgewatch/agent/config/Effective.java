package io.bilgewatch.agent.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The value of each key and who gave it; a later source replaces an earlier one. */
final class Effective {

  private record Held(Object value, Source source) {}

  private final Map<Key<?>, Held> held = new HashMap<>();

  /** Understands a value and keeps it, or says why not. */
  <T> void put(Key<T> key, Given given) throws Kind.Unfit {
    held.put(key, new Held(key.kind().read(given.value()), given.source()));
  }

  // Only put() fills the map, and it puts what the same key's kind has read.
  @SuppressWarnings("unchecked")
  <T> T get(Key<T> key) {
    Held entry = held.get(key);
    return entry == null ? key.standard() : (T) entry.value();
  }

  Source source(Key<?> key) {
    Held entry = held.get(key);
    return entry == null ? new Source.Default() : entry.source();
  }

  List<Setting> settings() {
    return Keys.ALL.stream().<Setting>map(this::setting).toList();
  }

  private <T> Setting setting(Key<T> key) {
    return new Setting(key.name(), key.kind().show(get(key)), source(key).toString());
  }
}
