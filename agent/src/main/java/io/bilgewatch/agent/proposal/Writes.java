package io.bilgewatch.agent.proposal;

import io.bilgewatch.agent.view.WrittenLayer;
import io.bilgewatch.containerlog.FailureCount;
import io.bilgewatch.kernel.Reading;
import java.time.Instant;
import java.util.List;

/**
 * What a container wrote, what it failed to write, and what comes of it.
 *
 * @param failures by its log, since it was started
 */
public record Writes(
    Reading<WrittenLayer> layer, Reading<List<FailureCount>> failures, Proposal proposal) {

  /** With those places only that were written to since. */
  public Writes since(Instant time) {
    return new Writes(layer.map(found -> found.since(time)), failures, proposal);
  }
}
