package io.bilgewatch.agent.event;

import java.time.Instant;

/**
 * When something last happened to a container. A counter's series is born with its first event, so
 * that no rate over it shows that one; this does.
 *
 * @param container its name; empty for the host
 * @param containerId in full; empty for the host, and where nobody can tell whose it was
 * @param reason the cause of a kill, the LSM of a denial, the errno of a failed write (empty where
 *     it is not told), the source of a loss
 */
public record LastEvent(
    HostEvent.Kind kind, String container, String containerId, String reason, Instant at) {}
