package io.bilgewatch.descriptor;

import io.bilgewatch.cgroup.CgroupProcesses;
import io.bilgewatch.libc.DescriptorLinks;
import io.bilgewatch.libc.SmallFile;

/** What looks are made with, one after the other: native memory that is used again. */
record LookBuffers(CgroupProcesses processes, DescriptorLinks links, SmallFile file) {
  LookBuffers() {
    this(new CgroupProcesses(), new DescriptorLinks(), new SmallFile());
  }
}
