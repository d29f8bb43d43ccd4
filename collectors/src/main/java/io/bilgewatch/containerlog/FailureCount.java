package io.bilgewatch.containerlog;

import java.time.Instant;

/**
 * How often a failure was told.
 *
 * @param last when the last time, by the log
 */
public record FailureCount(WriteFailure failure, int count, Instant last) {}
