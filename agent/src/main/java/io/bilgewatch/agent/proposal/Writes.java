package io.bilgewatch.agent.proposal;

import io.bilgewatch.agent.view.WrittenLayer;
import io.bilgewatch.containerlog.FailureCount;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.volume.VolumeUse;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a container wrote, what it failed to write, and what comes of it.
 *
 * @param failures by its log, since it was started
 * @param volumes what its writable volumes and binds hold, by their paths; empty where nobody
 *     asked, or it does not run
 */
public record Writes(
    Reading<WrittenLayer> layer,
    Reading<List<FailureCount>> failures,
    Proposal proposal,
    Map<KernelPath, Reading<VolumeUse>> volumes) {

  public Writes {
    volumes = Map.copyOf(volumes);
  }

  /** With what its volumes hold. */
  public Writes with(Map<KernelPath, Reading<VolumeUse>> held) {
    return new Writes(layer, failures, proposal, held);
  }

  /** With those places only that were written to since. */
  public Writes since(Instant time) {
    return new Writes(layer.map(found -> found.since(time)), failures, proposal, volumes);
  }
}
