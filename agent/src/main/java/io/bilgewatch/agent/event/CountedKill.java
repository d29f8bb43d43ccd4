package io.bilgewatch.agent.event;

import io.bilgewatch.oom.OomCause;
import io.bilgewatch.oom.OomKill;
import java.util.Optional;

/**
 * An OOM kill that counts.
 *
 * @param kill as the kernel's log tells it; empty where only the cgroup's counter told of it
 */
public record CountedKill(String containerId, OomCause cause, Optional<OomKill> kill) {

  public boolean fromLog() {
    return kill.isPresent();
  }
}
