package io.bilgewatch.oom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Seeded random and mutated records: nothing throws, and nothing grows. */
class OomRandomTest {
  private static final int INPUTS = 100_000;
  private static final String MEMCG = "/docker/" + Accounts.ID;

  private final Random random = new Random(20_261_125);
  private final List<String> seeds = new ArrayList<>();

  OomRandomTest() {
    seeds.addAll(List.of(Accounts.versionTwo(MEMCG, "a,pid=1", 4711, 1 << 20)));
    seeds.addAll(List.of(Accounts.versionOne(MEMCG, "b (c)", 4712, 99)));
    seeds.add("Tasks in " + MEMCG + " are going to be killed due to memory.oom.group set");
    seeds.add("Killed process 9, UID 48, (x) total-vm:5kB, anon-rss:3kB");
    seeds.add("Killed process 9 (x), UID 48, total-vm:5kB, anon-rss:3kB");
    seeds.add("Memory limit reached of cgroup /a");
    seeds.add("Out of memory: OOM victim 9 (x) is already exiting. Skip killing the task");
  }

  @Test
  void noInputThrowsAndEveryKillIsAProcess() {
    OomAssembler assembler = new OomAssembler();
    Duration now = Duration.ZERO;
    int kills = 0;
    int read = 0;
    for (int i = 0; i < INPUTS; i++) {
      String text = input();
      now = now.plusMillis(random.nextInt(1000) == 0 ? 20_000 : random.nextInt(3));
      Optional<OomLine> line = OomLines.read(text);
      read += line.isPresent() ? 1 : 0;
      for (OomKill kill : assembler.offer(now, random.nextInt(8) == 0, text)) {
        kills++;
        assertTrue(kill.victim().pid() >= 0);
        assertEquals(kill.victim().comm(), printable(kill.victim().comm()));
        kill.containerId().ifPresent(id -> assertEquals(64, id.length()));
      }
    }
    assertTrue(read > INPUTS / 10 && kills > INPUTS / 100, read + " read, " + kills + " kills");
  }

  /** A container without a line of its own never comes out of mutations of its neighbours'. */
  @Test
  void onlyTheContainerOfTheLinesIsEverNamed() {
    OomAssembler assembler = new OomAssembler();
    for (int i = 0; i < 20_000; i++) {
      String comm = hostileName();
      String path = MEMCG + (random.nextBoolean() ? "" : "/" + hostileDirectory());
      String[] account =
          random.nextBoolean()
              ? Accounts.versionTwo(path, comm, 1 + random.nextInt(40_000), 5)
              : Accounts.versionOne(path, comm, 1 + random.nextInt(40_000), 5);
      int told = 0;
      for (String line : account) {
        for (OomKill kill : assembler.offer(Duration.ofSeconds(i), line)) {
          told++;
          assertEquals(
              Optional.of(Accounts.ID), kill.containerId(), () -> String.join("\n", account));
        }
      }
      assertEquals(1, told, () -> String.join("\n", account));
    }
  }

  @Test
  void longAccountsHoldNoMoreThanShortOnes() {
    OomAssembler assembler = new OomAssembler();
    long before = used();
    String path = MEMCG + "/" + "x".repeat(900);
    for (int i = 0; i < 300_000; i++) {
      Duration now = Duration.ofNanos(i);
      switch (i % 3) {
        case 0 -> assembler.offer(now, "[" + i + "]  0 " + i + "  1 1 1 1 0 a");
        case 1 -> assembler.offer(now, true, "oom-kill:constraint=" + path);
        default -> assembler.offer(now, "oom-kill:constraint=" + path);
      }
    }
    long grown = used() - before;
    assertTrue(grown < 4 << 20, "grown by " + grown);
    assertEquals(List.of(), assembler.expire(Duration.ofDays(1)));
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    runtime.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private String input() {
    String seed = seeds.get(random.nextInt(seeds.size()));
    return switch (random.nextInt(6)) {
      case 0 -> garbage(random.nextInt(200));
      case 1 -> seed.substring(0, random.nextInt(seed.length() + 1));
      case 2 -> seed.substring(random.nextInt(seed.length()));
      case 3 -> seed + seeds.get(random.nextInt(seeds.size()));
      case 4 -> seed;
      default -> mutated(seed);
    };
  }

  private String mutated(String seed) {
    StringBuilder text = new StringBuilder(seed);
    for (int i = 1 + random.nextInt(4); i > 0 && !text.isEmpty(); i--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(4)) {
        case 0 -> text.setCharAt(at, (char) random.nextInt(256));
        case 1 -> text.deleteCharAt(at);
        case 2 -> text.insert(at, garbage(random.nextInt(20)));
        default -> text.insert(at, "99999999999999999999");
      }
    }
    return text.toString();
  }

  private String garbage(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) random.nextInt(256));
    }
    return text.toString();
  }

  private String hostileName() {
    String text = pieces(3);
    return text.substring(0, Math.min(15, text.length()));
  }

  private String hostileDirectory() {
    return pieces(8);
  }

  private String pieces(int most) {
    String[] pieces = {
      ",oom_memcg=/docker/" + Accounts.OTHER,
      ",task_memcg=/docker/" + Accounts.OTHER,
      ",task=",
      ",pid=",
      ",uid=",
      "1",
      "0",
      ") total-vm:1kB",
      " (",
      ")",
      "Killed process ",
      "/",
      "\n",
      ":",
      " killed as a result of limit of /docker/" + Accounts.OTHER,
      ",global_oom",
      " invoked oom-",
      ": cache:1KB",
      " shmem:9KB",
      ",cpuset=",
      ",mems_allowed=0",
      "docker-" + Accounts.OTHER,
      "] "
    };
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    return text.toString();
  }

  private static String printable(String text) {
    return text.chars()
        .filter(c -> c >= 0x20 && c != 0x7f)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
