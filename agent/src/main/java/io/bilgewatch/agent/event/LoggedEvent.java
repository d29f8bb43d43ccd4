package io.bilgewatch.agent.event;

import java.time.Instant;

/**
 * One or more like events.
 *
 * @param event as it was first seen
 * @param before whether it happened before the agent's start, and so counts nowhere
 * @param times how often
 * @param last when it was seen last
 */
public record LoggedEvent(HostEvent event, boolean before, long times, Instant last) {}
