package io.bilgewatch.oom;

/** Made-up accounts of the OOM killer, in the forms of several kernels. */
final class Accounts {
  static final String ID = "5f".repeat(32);
  static final String OTHER = "0a".repeat(32);

  private Accounts() {}

  /** Version 2 of memory cgroups, the figures in one record (Linux 5.2 to 6.7). */
  static String[] versionTwo(String memcg, String comm, int pid, long shmem) {
    return new String[] {
      "eater invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
      "CPU: 1 PID: 77 Comm: eater Not tainted 6.1.0-13-amd64 #1",
      "Call Trace:",
      "memory: usage 49152kB, limit 49152kB, failcnt 51",
      "swap: usage 0kB, limit 9007199254740988kB, failcnt 0",
      "Memory cgroup stats for " + memcg + ":",
      "anon 40960\nfile 12288\nshmem " + shmem + "\nfile_mapped 0\nfuture 1",
      "Tasks state (memory values in pages):",
      "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
      "[  "
          + pid
          + "]  1000  "
          + pid
          + "      823      280    45056        0             0 "
          + comm,
      summary(memcg, comm, pid),
      killed("Memory cgroup out of memory: ", comm, pid),
      "oom_reaper: reaped process "
          + pid
          + " ("
          + comm
          + "), now anon-rss:0kB, file-rss:0kB,"
          + " shmem-rss:0kB"
    };
  }

  /** Version 1, the figures in a line for each cgroup (Linux 4.9 to 4.20). */
  static String[] versionOne(String memcg, String comm, int pid, long shmemKilobytes) {
    return new String[] {
      "eater invoked oom-killer: gfp_mask=0x14000c0(GFP_KERNEL), nodemask=(null),  order=0,"
          + " oom_score_adj=0",
      "eater cpuset=" + ID + " mems_allowed=0-1",
      "Task in " + memcg + " killed as a result of limit of " + memcg,
      "memory: usage 20480kB, limit 20480kB, failcnt 1204",
      "memory+swap: usage 20480kB, limit 40960kB, failcnt 6",
      "kmem: usage 220kB, limit 9007199254740988kB, failcnt 0",
      "Memory cgroup stats for "
          + memcg
          + ": cache:11000KB rss:8800KB rss_huge:0KB shmem:"
          + shmemKilobytes
          + "KB mapped_file:0KB",
      "Memory cgroup stats for " + memcg + "/sub: cache:4KB rss:8KB rss_huge:0KB shmem:4KB",
      "[ pid ]   uid  tgid total_vm      rss nr_ptes nr_pmds swapents oom_score_adj name",
      "["
          + pid
          + "]     0 "
          + pid
          + "   530382     5191      34       4     5489             0 "
          + comm,
      "Memory cgroup out of memory: Kill process "
          + pid
          + " ("
          + comm
          + ") score 1046 or sacrifice child",
      "Killed process "
          + pid
          + " ("
          + comm
          + ") total-vm:2121528kB, anon-rss:18624kB, file-rss:2140kB, shmem-rss:0kB"
    };
  }

  static String summary(String memcg, String comm, int pid) {
    return "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset="
        + ID
        + ",mems_allowed=0,oom_memcg="
        + memcg
        + ",task_memcg="
        + memcg
        + ",task="
        + comm
        + ",pid="
        + pid
        + ",uid=1000";
  }

  static String killed(String before, String comm, int pid) {
    return before
        + "Killed process "
        + pid
        + " ("
        + comm
        + ") total-vm:3292kB, anon-rss:1024kB, file-rss:1264kB, shmem-rss:8kB, UID:1000"
        + " pgtables:44kB oom_score_adj:-7";
  }
}
