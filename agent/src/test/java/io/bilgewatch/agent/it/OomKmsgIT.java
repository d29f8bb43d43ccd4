package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.cgroup.MemoryReader;
import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernellog.KmsgRecord;
import io.bilgewatch.libc.RecordFile;
import io.bilgewatch.oom.OomAssembler;
import io.bilgewatch.oom.OomCause;
import io.bilgewatch.oom.OomKill;
import io.bilgewatch.oom.OomScope;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real OOM kills in real containers, as this host's kernel tells them. */
class OomKmsgIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final long MIB = 1 << 20;

  private final OomAssembler assembler = new OomAssembler();
  private RecordFile kmsg;

  @BeforeEach
  void open() throws IOException {
    kmsg = RecordFile.open(HostRoot.LIVE.kmsg(), 0, 8192);
    kmsg.seek(0, RecordFile.SEEK_END);
  }

  @AfterEach
  void close() {
    kmsg.close();
  }

  @Test
  void aTmpfsThatOutgrowsTheMemoryLimit() throws IOException {
    String id =
        ENGINE.idle("oom-tmpfs", "--memory=32m", "--memory-swap=32m", "--tmpfs=/scratch:size=256m");
    ENGINE.tryDocker(
        "exec", "oom-tmpfs", "dd", "if=/dev/zero", "of=/scratch/f", "bs=1M", "count=100");
    OomKill kill = only(id);
    assertEquals(Optional.of(OomCause.TMPFS), kill.cause(), kill::toString);
    assertEquals("dd", kill.victim().comm());
    assertEquals(OomScope.CGROUP, kill.scope());
    assertEquals(Optional.of("CONSTRAINT_MEMCG"), kill.constraint());
    assertEquals(Optional.of(Limit.bytes(32 * MIB)), kill.limit());
    assertTrue(kill.usageBytes().orElseThrow() > 31 * MIB, kill::toString);
    assertTrue(kill.shmemBytes().orElseThrow() > 16 * MIB, kill::toString);
    assertEquals(OptionalLong.of(0), kill.victim().uid());
    assertEquals(OptionalLong.of(1), counter("oom-tmpfs"));
  }

  @Test
  void plainMemoryThatOutgrowsTheLimit() throws IOException {
    String id = ENGINE.idle("oom-memory", "--memory=32m", "--memory-swap=32m");
    ENGINE.tryDocker("exec", "--user=1000", "oom-memory", "tail", "/dev/zero");
    OomKill kill = only(id);
    assertEquals(Optional.of(OomCause.MEMORY), kill.cause(), kill::toString);
    assertEquals("tail", kill.victim().comm());
    assertEquals(OptionalLong.of(1000), kill.victim().uid());
    assertTrue(kill.victim().anonRssBytes().orElseThrow() > 16 * MIB, kill::toString);
    assertEquals(OptionalLong.of(1), counter("oom-memory"));
  }

  @Test
  void aNameThatImitatesTheKernelsFields() throws IOException {
    String id = ENGINE.idle("oom-name", "--memory=32m", "--memory-swap=32m");
    for (String name : List.of("a,pid=1,uid=0", "Killed process ", "b ) [c] (,task=")) {
      ENGINE.exec("oom-name", "cp /bin/busybox '/tmp/%s'".formatted(name));
      // The applet's name stands in argv[0], the process's in the file's name.
      ENGINE.tryDocker(
          "exec", "oom-name", "sh", "-c", "exec -a tail '/tmp/%s' /dev/zero".formatted(name));
      OomKill kill = only(id);
      assertEquals(name, kill.victim().comm());
      assertEquals(Optional.of(name), kill.trigger());
      assertTrue(kill.victim().pid() > 1, kill::toString);
    }
    assertEquals(OptionalLong.of(3), counter("oom-name"));
  }

  /** The one kill in this container since the last look; others' kills may be in the log too. */
  private OomKill only(String id) throws IOException {
    List<OomKill> kills = new ArrayList<>();
    byte[] record = new byte[8192];
    while (kmsg.awaitReadable(kills.isEmpty() ? Duration.ofSeconds(10) : Duration.ofMillis(500))) {
      int length = kmsg.read(record);
      if (length <= 0) {
        break;
      }
      offer(KmsgRecord.parse(record, 0, length)).stream()
          .filter(kill -> kill.containerId().equals(Optional.of(id)))
          .forEach(kills::add);
    }
    assertEquals(1, kills.size(), kills::toString);
    return kills.getFirst();
  }

  private List<OomKill> offer(KmsgRecord record) {
    return record.isKernel()
        ? assembler.offer(record.sinceBoot(), record.continuation(), record.text())
        : List.of();
  }

  private static OptionalLong counter(String container) {
    int pid = ENGINE.inspect(container).at("/State/Pid").asInt();
    MemoryReader reader = new MemoryReader(HostRoot.LIVE);
    return reader
        .read(reader.locate(pid).optional().orElseThrow())
        .optional()
        .orElseThrow()
        .oomKills();
  }
}
