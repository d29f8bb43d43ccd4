package io.bilgewatch.agent.push;

import java.util.Optional;

/** How one Alertmanager is reached. */
@FunctionalInterface
interface Wire {

  /** What came of a request. */
  sealed interface Answer {

    record Taken() implements Answer {}

    /** This is not what it takes; something else may be. */
    record Refused(String reason) implements Answer {}

    /**
     * It takes nothing now.
     *
     * @param arrived whether it may have taken the request all the same
     */
    record Failed(String reason, boolean arrived) implements Answer {}

    /** What was wrong. */
    default Optional<String> problem() {
      return switch (this) {
        case Taken _ -> Optional.empty();
        case Refused(String reason) -> Optional.of(reason);
        case Failed(String reason, boolean _) -> Optional.of(reason);
      };
    }
  }

  /**
   * @param json a list of alerts
   */
  Answer post(byte[] json);
}
