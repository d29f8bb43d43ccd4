package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Malformed;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code memory.stat} says of memory that dropping caches can't free, the whole subtree
 * counted.
 *
 * <p>Version 2 (Documentation/admin-guide/cgroup-v2.rst, "memory.stat"): anonymous memory, shmem,
 * huge pages where they are charged, socket buffers and the kernel's own memory less its
 * reclaimable slabs. {@code kernel} is there since Linux 5.18; before, it is the sum of its named
 * parts.
 *
 * <p>Version 1 (Documentation/admin-guide/cgroup-v1/memory.rst, 5.2) gives anonymous memory and
 * shmem here, and the kernel's memory in a file of its own, reclaimable slabs included: they can't
 * be told apart, so all of it counts, and headroom errs to the safe side. Where the kernel is too
 * old for {@code total_shmem}, the LRU lists say the same: shmem lies on the anonymous ones.
 *
 * <p>Swap reduces nothing. Pages that are in swap are not charged here; pages that might go there
 * are: a host whose swap is full, slow or absent kills all the same. Locked page cache and dirty
 * pages are not counted, since the one is rare and the other can be written back.
 *
 * @param shmemBytes empty where the kernel does not tell
 * @param unreclaimableBytes empty where a part of it is not told
 * @param hierarchicalLimit version 1's tightest limit over the cgroup and its ancestors; empty
 *     where it is not told
 */
record MemoryStat(
    OptionalLong shmemBytes, OptionalLong unreclaimableBytes, Optional<Limit> hierarchicalLimit) {
  private static final String SOURCE = "memory.stat";
  private static final String[] KERNEL_PARTS = {
    "slab_unreclaimable", "kernel_stack", "pagetables", "sec_pagetables", "percpu", "vmalloc"
  };
  private static final FlatKeyed.Keys V1 =
      new FlatKeyed.Keys(
          "total_rss",
          "total_shmem",
          "total_active_anon",
          "total_inactive_anon",
          "total_unevictable",
          "hierarchical_memory_limit");
  private static final FlatKeyed.Keys V2 =
      new FlatKeyed.Keys(
          "anon",
          "shmem",
          "sock",
          "hugetlb",
          "kernel",
          "slab_reclaimable",
          "slab_unreclaimable",
          "kernel_stack",
          "pagetables",
          "sec_pagetables",
          "percpu",
          "vmalloc");

  /** Without the kernel's own memory, which is not told here. */
  static MemoryStat parseV1(byte[] text) throws Malformed {
    FlatKeyed.Values values = V1.pick(SOURCE, text);
    OptionalLong shmem = values.of("total_shmem");
    OptionalLong limit = values.of("hierarchical_memory_limit");
    return new MemoryStat(
        shmem,
        shmem.isPresent()
            ? values.sum("total_rss", "total_shmem")
            : values.sum("total_active_anon", "total_inactive_anon", "total_unevictable"),
        limit.isPresent() ? Optional.of(CgroupValue.limit(limit.getAsLong())) : Optional.empty());
  }

  static MemoryStat parseV2(byte[] text) throws Malformed {
    FlatKeyed.Values values = V2.pick(SOURCE, text);
    OptionalLong pages = values.sum("anon", "shmem");
    long kept = values.sumOfPresent("sock", "hugetlb") + kernelMemory(values);
    return new MemoryStat(values.of("shmem"), plus(pages, kept), Optional.empty());
  }

  private static long kernelMemory(FlatKeyed.Values values) {
    OptionalLong kernel = values.of("kernel");
    OptionalLong reclaimable = values.of("slab_reclaimable");
    if (kernel.isPresent() && reclaimable.isPresent()) {
      // The two counters are not read at one instant.
      return Math.max(0, kernel.getAsLong() - reclaimable.getAsLong());
    }
    // A part that is not told is one that this kernel does not charge.
    return values.sumOfPresent(KERNEL_PARTS);
  }

  /** With what version 1 tells in a file of its own. */
  MemoryStat plusKernel(long kernelBytes) {
    return new MemoryStat(shmemBytes, plus(unreclaimableBytes, kernelBytes), hierarchicalLimit);
  }

  private static OptionalLong plus(OptionalLong value, long more) {
    return value.isPresent() ? OptionalLong.of(value.getAsLong() + more) : value;
  }
}
