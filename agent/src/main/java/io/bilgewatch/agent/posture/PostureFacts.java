package io.bilgewatch.agent.posture;

import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.process.ProcessPosture;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.List;

/**
 * What the checks are answered from. The kernel's part is missing where the container does not run.
 *
 * @param volumesWritable for each writable volume and bind whether the container's user may write
 *     to it; missing where it has none
 * @param homeWritable whether the user may write to $HOME, true also where it has none
 */
public record PostureFacts(
    Container container,
    Reading<MountTable> mounts,
    Reading<ProcessPosture> process,
    Reading<MemoryUsage> memory,
    Reading<List<Reading<TmpfsUsage>>> tmpfs,
    Reading<Boolean> volumesWritable,
    Reading<Boolean> homeWritable) {}
