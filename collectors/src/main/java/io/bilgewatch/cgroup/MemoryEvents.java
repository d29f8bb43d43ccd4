package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.Malformed;
import java.util.OptionalLong;

/**
 * What happened to a memory cgroup since it was made, from {@code memory.events} (version 2) or
 * {@code memory.oom_control} (version 1):
 *
 * <pre>
 * low 0                     oom_kill_disable 0
 * high 0                    under_oom 0
 * max 22                    oom_kill 2           since Linux 4.13
 * oom 1
 * oom_kill 1
 * oom_group_kill 0
 * </pre>
 *
 * <p>Version 2 counts the whole subtree (unless the hierarchy is mounted with {@code
 * memory_localevents}), version 1 the cgroup alone. Both count kills that the host's own lack of
 * memory caused too.
 *
 * @param oomKills processes that the OOM killer ended; empty where the kernel does not count them
 * @param killerDisabled version 1 only: processes hang at the limit instead of being killed
 */
public record MemoryEvents(OptionalLong oomKills, boolean killerDisabled) {

  private static final FlatKeyed.Keys KEYS = new FlatKeyed.Keys("oom_kill", "oom_kill_disable");

  /** Either file: their keys differ where their meanings do. */
  static MemoryEvents parse(String source, byte[] text) throws Malformed {
    FlatKeyed.Values values = KEYS.pick(source, text);
    return new MemoryEvents(values.of("oom_kill"), values.of("oom_kill_disable").orElse(0) != 0);
  }
}
