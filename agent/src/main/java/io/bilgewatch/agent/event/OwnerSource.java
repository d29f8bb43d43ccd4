package io.bilgewatch.agent.event;

import io.bilgewatch.process.ProcessOwner;
import java.time.Instant;

/** Somebody who may know whose a process is, or was: the fork cache, or {@code /proc}. */
@FunctionalInterface
public interface OwnerSource {
  OwnerSource NONE = (_, _) -> new ProcessOwner.Unknown("nobody keeps account of forks");

  ProcessOwner at(int pid, Instant event);
}
