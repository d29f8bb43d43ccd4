package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.Limit;
import java.util.OptionalLong;

/**
 * A memory cgroup's figures, v1 and v2 alike, the whole subtree counted.
 *
 * @param path of the cgroup within its hierarchy, such as {@code /docker/<id>}
 * @param limit the tightest over the cgroup and its ancestors
 * @param usageBytes all that is charged, page cache included
 * @param shmemBytes tmpfs and shared memory charged here (to whom touched the pages first)
 * @param unreclaimableBytes what the kernel can't free by dropping caches: anonymous memory, shmem
 *     and what the kernel itself holds for the group
 * @param headroomBytes the least of limit minus unreclaimable over the cgroup and its ancestors;
 *     empty where none has a limit
 * @param oomKills processes that the OOM killer ended since the cgroup was made: on version 2 those
 *     of the cgroups below it too, on version 1 its own alone; empty where that is not told
 */
public record MemoryUsage(
    String path,
    Limit limit,
    long usageBytes,
    OptionalLong shmemBytes,
    OptionalLong unreclaimableBytes,
    OptionalLong headroomBytes,
    OptionalLong oomKills) {}
