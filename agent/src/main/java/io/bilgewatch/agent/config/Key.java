package io.bilgewatch.agent.config;

import java.util.Optional;

/**
 * One key of the configuration.
 *
 * @param name dotted, kebab-case
 * @param standard the value where nothing is set
 * @param summary one sentence for the documentation
 * @param notBuilt the feature that this key is for, as long as it is not built
 */
record Key<T>(String name, Kind<T> kind, T standard, String summary, Optional<String> notBuilt) {

  static <T> Key<T> of(String name, Kind<T> kind, T standard, String summary) {
    return new Key<>(name, kind, standard, summary, Optional.empty());
  }

  /** A key that is read and checked, and has no effect yet. */
  Key<T> notBuilt(String feature) {
    return new Key<>(name, kind, standard, summary, Optional.of(feature));
  }
}
