package io.bilgewatch.agent.watch;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log what went wrong when it goes wrong, and when it is over, and nothing in between.
 */
final class Transitions {
  private static final Logger LOG = LoggerFactory.getLogger(Transitions.class);

  private final Map<String, String> known = new HashMap<>();

  /** A problem and what tells it from others of the same thing; details that vary do not. */
  record Problem(String kind, String text) {}

  /** What is wrong now, by the thing's name; whatever is not among it is well. */
  synchronized void report(Map<String, Problem> now) {
    now.forEach((thing, problem) -> {
      String before = known.put(thing, problem.kind());
      if (!problem.kind().equals(before)) {
        LOG.warn("{}: {}", thing, problem.text());
      }
    });
    Set<String> over = new HashSet<>(known.keySet());
    over.removeAll(now.keySet());
    over.forEach(thing -> {
      known.remove(thing);
      LOG.info("{}: well again, or gone", thing);
    });
  }
}
