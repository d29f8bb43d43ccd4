package io.bilgewatch.agent.cli;

import java.time.Duration;
import java.util.Optional;

/**
 * What is asked of a container's writes.
 *
 * @param container its name, its id, or the beginning of that
 * @param since how far back the places go that are shown; empty: all
 * @param watch whether to tell what is written while it is
 * @param time how long; empty: until somebody ends it
 */
public record WritesRequest(
    String container, Optional<Duration> since, boolean watch, Optional<Duration> time) {}
