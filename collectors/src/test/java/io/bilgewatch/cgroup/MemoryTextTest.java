package io.bilgewatch.cgroup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Malformed;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of the memory controller's files. */
class MemoryTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "max",
        "9223372036854771712",
        "9223372036854710272",
        "9223372036854775807",
        "18446744073709551615",
      })
  void noLimitHasManyNames(String text) throws Malformed {
    assertEquals(Limit.unlimited(), limit(text));
    assertEquals(Limit.unlimited(), limit(text + "\n"));
  }

  @Test
  void limits() throws Malformed {
    assertEquals(Limit.bytes(0), limit("0\n"));
    assertEquals(Limit.bytes(67_108_864), limit("67108864\n"));
    assertEquals(Limit.bytes(1L << 62), limit("4611686018427387904"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "maximum", "-1", "12a", " 12", "ma"})
  void anythingElseIsNotNoLimit(String text) {
    assertThrows(Malformed.class, () -> limit(text));
    assertThrows(Malformed.class, () -> CgroupValue.count("x", text.getBytes(UTF_8)));
  }

  @Test
  void aCountIsNeverUnlimited() {
    byte[] text = "18446744073709551615\n".getBytes(UTF_8);
    assertThrows(Malformed.class, () -> CgroupValue.count("x", text));
    byte[] max = "max\n".getBytes(UTF_8);
    assertThrows(Malformed.class, () -> CgroupValue.count("x", max));
  }

  @Test
  void versionTwoBeforeAndSinceKernelIsTold() throws Malformed {
    String parts =
        """
        anon 1000
        file 999999
        kernel_stack 10
        pagetables 20
        percpu 30
        sock 40
        shmem 5000
        slab_reclaimable 777
        slab_unreclaimable 100
        slab 877
        """;
    MemoryStat before = MemoryStat.parseV2(parts.getBytes(UTF_8));
    assertEquals(OptionalLong.of(5000), before.shmemBytes());
    assertEquals(OptionalLong.of(6200), before.unreclaimableBytes());

    MemoryStat since = MemoryStat.parseV2((parts + "kernel 1077\n").getBytes(UTF_8));
    assertEquals(OptionalLong.of(1000 + 5000 + 40 + 300), since.unreclaimableBytes());
  }

  @Test
  void versionOneCountsTheSubtreeAndKnowsOldKernels() throws Malformed {
    String text =
        """
        cache 1
        rss 1
        shmem 1
        hierarchical_memory_limit 67108864
        total_cache 33554432
        total_rss 1048576
        total_inactive_anon 300
        total_active_anon 40
        total_unevictable 5
        """;
    MemoryStat old = MemoryStat.parseV1(text.getBytes(UTF_8));
    assertEquals(OptionalLong.empty(), old.shmemBytes());
    assertEquals(OptionalLong.of(345), old.unreclaimableBytes());

    MemoryStat stat = MemoryStat.parseV1((text + "total_shmem 33554432\n").getBytes(UTF_8));
    assertEquals(OptionalLong.of(33_554_432), stat.shmemBytes());
    assertEquals(OptionalLong.of(33_554_432 + 1_048_576), stat.unreclaimableBytes());
    assertEquals(
        OptionalLong.of(33_554_432 + 1_048_576 + 7), stat.plusKernel(7).unreclaimableBytes());
  }

  @Test
  void whatIsNotToldIsNotZero() throws Malformed {
    MemoryStat empty = MemoryStat.parseV2("file 5\n".getBytes(UTF_8));
    assertEquals(OptionalLong.empty(), empty.shmemBytes());
    assertEquals(OptionalLong.empty(), empty.unreclaimableBytes());
    assertEquals(
        OptionalLong.empty(), MemoryStat.parseV1(new byte[0]).plusKernel(9).unreclaimableBytes());
  }

  @Test
  void linesOfLaterKernelsAreNoObstacle() throws Malformed {
    String text = "future\nfuture x y\nanon 1 2 3\nshmem 2 N0=1\n\nfuture 18446744073709551615\n";
    MemoryStat stat = MemoryStat.parseV2(text.getBytes(UTF_8));
    assertEquals(OptionalLong.of(3), stat.unreclaimableBytes());
  }

  @Test
  void aValueThatIsNoNumberIsMalformed() {
    for (String line : new String[] {"anon", "anon ", "anon x", "anon 18446744073709551615"}) {
      assertThrows(Malformed.class, () -> MemoryStat.parseV2(line.getBytes(UTF_8)), line);
    }
  }

  @Test
  void events() throws Malformed {
    MemoryEvents v2 = events("low 0\nhigh 0\nmax 22\noom 1\noom_kill 3\noom_group_kill 0\n");
    assertEquals(OptionalLong.of(3), v2.oomKills());
    assertFalse(v2.killerDisabled());
    MemoryEvents v1 = events("oom_kill_disable 1\nunder_oom 0\noom_kill 2\n");
    assertEquals(OptionalLong.of(2), v1.oomKills());
    assertTrue(v1.killerDisabled());
    assertEquals(OptionalLong.empty(), events("oom_kill_disable 0\nunder_oom 0\n").oomKills());
  }

  @Test
  void theCursorAgreesWithANaiveReader() throws Malformed {
    Random random = new Random(20_260_102);
    String[] names = {"anon", "shmem", "shmem_thp", "a", "an", "file", "total_rss", "sock", ""};
    FlatKeyed.Keys keys = new FlatKeyed.Keys("anon", "shmem", "total_rss", "absent");
    for (int i = 0; i < 5_000; i++) {
      StringBuilder text = new StringBuilder();
      Map<String, Long> naive = new HashMap<>();
      for (int line = random.nextInt(12); line > 0; line--) {
        String name = names[random.nextInt(names.length)];
        long value = random.nextLong(0, Long.MAX_VALUE) >> random.nextInt(63);
        naive.putIfAbsent(name, value);
        text.append(name).append(' ').append(value).append(line > 1 || i % 2 == 0 ? "\n" : "");
      }
      byte[] bytes = text.toString().getBytes(UTF_8);
      FlatKeyed.Values values = keys.pick("x", bytes);
      for (String key : new String[] {"anon", "shmem", "total_rss", "absent"}) {
        Long expected = naive.get(key);
        assertEquals(
            expected == null ? OptionalLong.empty() : OptionalLong.of(expected),
            values.of(key),
            text.toString());
      }
      assertEquals(naive, FlatKeyed.parse("x", bytes));
    }
  }

  private static MemoryEvents events(String text) throws Malformed {
    return MemoryEvents.parse("events", text.getBytes(UTF_8));
  }

  private static Limit limit(String text) throws Malformed {
    return CgroupValue.limit("limit", text.getBytes(UTF_8));
  }
}
