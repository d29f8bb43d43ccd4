package io.bilgewatch.agent.proposal;

import io.bilgewatch.agent.view.WrittenLayer;
import io.bilgewatch.containerlog.FailureCount;
import io.bilgewatch.kernel.Reading;
import java.util.List;

/**
 * What a container wrote, and what it failed to write; nothing is thought about it.
 *
 * @param failures by its log, since it was started
 */
public record Written(Reading<WrittenLayer> layer, Reading<List<FailureCount>> failures) {}
