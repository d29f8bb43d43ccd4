package io.bilgewatch.writes;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.overlay.LayerEntry;
import java.util.Optional;

/**
 * One place that a container wrote to.
 *
 * @param path as the container sees it; a directory stands for all that was written below it and is
 *     not told by itself
 * @param type empty of a directory
 * @param imageHas whether the image has a directory, or a file, of that name
 * @param what it is, by the rules; the most of it, where it is several things
 */
public record WrittenPlace(
    KernelPath path,
    Optional<LayerEntry.Type> type,
    boolean imageHas,
    Changes changes,
    PathRule what) {}
