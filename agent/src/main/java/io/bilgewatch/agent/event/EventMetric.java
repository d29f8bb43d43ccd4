package io.bilgewatch.agent.event;

import java.util.ArrayList;
import java.util.List;

/** The counters of events; each series carries the container's two labels before its own. */
public enum EventMetric {
  OOM_KILLS,
  LSM_DENIALS,
  LSM_LOGGED,
  WRITE_FAILURES;

  /** What stands for the values that are too many. */
  static final String OTHER = "other";

  /** Names of its own labels. */
  public List<String> labels() {
    return switch (this) {
      case OOM_KILLS -> List.of("cause");
      case LSM_DENIALS, LSM_LOGGED -> List.of("lsm", "profile", "operation");
      case WRITE_FAILURES -> List.of("errno", "path", "source");
    };
  }

  private boolean isChosen(String label) {
    return switch (this) {
      case OOM_KILLS -> false;
      case LSM_DENIALS, LSM_LOGGED -> label.equals("profile") || label.equals("operation");
      case WRITE_FAILURES -> label.equals("path");
    };
  }

  /** The values with those that a container chooses made one. */
  List<String> folded(List<String> values) {
    List<String> folded = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      folded.add(isChosen(labels().get(i)) ? OTHER : values.get(i));
    }
    return List.copyOf(folded);
  }
}
