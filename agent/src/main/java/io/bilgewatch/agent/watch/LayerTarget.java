package io.bilgewatch.agent.watch;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.overlay.OverlayAttributes;
import java.util.OptionalInt;

/**
 * A layer to measure.
 *
 * @param upperdir as this process reaches it
 * @param sealed whether its root is read-only, or the container does not run
 * @param epoch changes when the container starts or stops, so that it is measured anew
 * @param writer the process by whose root writes can be watched, where there is something to watch
 */
record LayerTarget(
    String containerId,
    KernelPath upperdir,
    boolean sealed,
    OverlayAttributes attributes,
    String epoch,
    OptionalInt writer) {}
