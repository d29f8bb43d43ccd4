package io.bilgewatch.agent.watch;

import io.bilgewatch.cgroup.MemoryCgroup;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.process.ProcessIdentity;
import io.bilgewatch.process.ProcessPosture;
import java.util.List;

/**
 * What changes seldom about a running container's first process.
 *
 * @param tmpfsMounts the visible ones of the table: found once, since they are asked each second
 * @param volumesWritable whether the container's user may write to all its writable volumes
 * @param homeWritable whether it may write to its $HOME, or has none
 */
record ProcessFacts(
    ProcessIdentity identity,
    Reading<MountTable> mounts,
    Reading<List<Mount>> tmpfsMounts,
    Reading<ProcessPosture> posture,
    Reading<MemoryCgroup> cgroup,
    Reading<Boolean> volumesWritable,
    Reading<Boolean> homeWritable) {

  /**
   * Whether it, or what runs beside it, may mount something where it is, or have it mounted anew:
   * with CAP_SYS_ADMIN (mount(2)), which is never had again once it is not in the bounding set
   * (capabilities(7)).
   */
  boolean mayMount() {
    return posture.optional().map(ProcessPosture::mayBeSysAdmin).orElse(true);
  }
}
