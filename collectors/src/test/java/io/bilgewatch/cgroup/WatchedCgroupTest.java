package io.bilgewatch.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken from the look before, and what must not be. */
class WatchedCgroupTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long LONGEST = WatchedCgroup.LONGEST.toSeconds();

  @TempDir private Path tree;
  private Path directory;
  private MemoryReader.Pass pass;
  private WatchedCgroup cgroup;
  private long second;

  @BeforeEach
  void quiet() throws IOException {
    write(Files.createDirectories(tree.resolve("proc/42")), "cgroup", "0::/above/x\n");
    directory = Files.createDirectories(tree.resolve("sys/fs/cgroup/above/x"));
    write(tree.resolve("sys/fs/cgroup"), "cgroup.procs", "");
    write(directory.getParent(), "memory.max", "max\n");
    write(directory, "memory.max", "100000\n");
    charge(3000);
    stat(1000, 200);
    kills(0);
    MemoryReader reader = new MemoryReader(new HostRoot(tree));
    pass = reader.pass();
    cgroup = reader.watch(reader.locate(42).optional().orElseThrow());
  }

  @AfterEach
  void close() {
    pass.close();
  }

  @Test
  void whatIsTheSameIsTheVerySameObject() {
    Reading<MemoryUsage> first = look(false);
    for (int i = 0; i < 3 * LONGEST; i++) {
      assertSame(first, look(false));
    }
    assertSame(first, look(true), "read anew and found the same");
  }

  @Test
  void aChargeThatMovedIsReadWithAllThatItIsMadeOf() throws IOException {
    look(false);
    charge(5000);
    stat(1500, 300);
    kills(1);
    write(directory, "memory.max", "90000\n");
    MemoryUsage usage = usage(look(false));
    assertEquals(5000, usage.usageBytes());
    assertEquals(OptionalLong.of(300), usage.shmemBytes());
    assertEquals(OptionalLong.of(1800), usage.unreclaimableBytes());
    assertEquals(OptionalLong.of(1), usage.oomKills());
    assertEquals(Limit.bytes(90_000), usage.limit());
  }

  @Test
  void aChargeThatMovedALittleIsToldAndLeavesTheRestAsItWas() throws IOException {
    MemoryUsage before = usage(settle());
    charge(3040);
    stat(1001, 200);
    MemoryUsage now = usage(look(false));
    assertEquals(3040, now.usageBytes());
    assertEquals(before.unreclaimableBytes(), now.unreclaimableBytes());
    assertTrue(cgroup.mayRest(second * SECOND, WatchedCgroup.REST));
    charge(3000);
    assertEquals(before, usage(look(false)));
    charge(2950);
    assertEquals(OptionalLong.of(1201), usage(look(false)).unreclaimableBytes());
  }

  /** Else it could go any way in steps that are small enough. */
  @Test
  void howLittleItMovedIsSaidFromWhereAllWasRead() throws IOException {
    settle();
    stat(1001, 200);
    charge(3040);
    look(false);
    charge(3080);
    assertEquals(OptionalLong.of(1201), usage(look(false)).unreclaimableBytes());
    assertFalse(cgroup.mayRest(second * SECOND, WatchedCgroup.REST), "it moved");
  }

  @Test
  void whatChangesUnderTheSameChargeIsReadWithinTheLongestRest() throws IOException {
    settle();
    stat(1001, 200);
    for (int waited = 1; waited <= LONGEST; waited++) {
      if (usage(look(false)).unreclaimableBytes().getAsLong() == 1201) {
        return;
      }
    }
    throw new AssertionError("not read for " + LONGEST + " s");
  }

  @Test
  void whereSomethingIsKnownToHaveHappenedAllIsReadAtOnce() throws IOException {
    settle();
    kills(1);
    assertEquals(OptionalLong.of(0), usage(look(false)).oomKills());
    assertFalse(cgroup.isReadWhole(second * SECOND));
    assertEquals(OptionalLong.of(1), usage(look(true)).oomKills());
    assertTrue(cgroup.isReadWhole(second * SECOND));
    assertFalse(cgroup.isReadWhole((second + 1) * SECOND), "of another look");
  }

  @Test
  void nearTheLimitTheSameChargeSaysNothing() throws IOException {
    charge(99_000);
    settle();
    for (long more = 1; more < 5; more++) {
      stat(1000 + more, 200);
      assertEquals(1200 + more, usage(look(false)).unreclaimableBytes().getAsLong());
    }
    assertFalse(cgroup.mayRest(second * SECOND + 1, WatchedCgroup.REST));
  }

  @Test
  void nearTheLimitOfAnAncestorNeither() throws IOException {
    write(directory.getParent(), "memory.max", "3100\n");
    write(directory.getParent(), "memory.stat", "anon 1\nshmem 0\n");
    settle();
    stat(1001, 200);
    assertEquals(1201, usage(look(false)).unreclaimableBytes().getAsLong());
  }

  @Test
  void whatIsAboveIsReadInEachPass() throws IOException {
    Reading<MemoryUsage> before = settle();
    write(directory.getParent(), "memory.max", "50000\n");
    write(directory.getParent(), "memory.stat", "anon 40000\nshmem 0\n");
    Reading<MemoryUsage> now = look(false);
    assertNotEquals(before, now);
    assertEquals(Limit.bytes(50_000), usage(now).limit());
    assertEquals(OptionalLong.of(10_000), usage(now).headroomBytes());
    write(directory.getParent(), "memory.stat", "anon 45000\nshmem 0\n");
    assertEquals(OptionalLong.of(5_000), usage(look(false)).headroomBytes());
  }

  @Test
  void oneThatCantBeReadIsMissingAndComesBackWhole() throws IOException {
    settle();
    Files.delete(directory.resolve("memory.current"));
    assertInstanceOf(Reading.Missing.class, look(false));
    stat(1234, 200);
    charge(3000);
    assertEquals(1434, usage(look(false)).unreclaimableBytes().getAsLong(), "not of before");
  }

  @Test
  void whatStoodStillMayRestForAWhileAndNoLonger() throws IOException {
    look(false);
    assertFalse(cgroup.mayRest(second * SECOND, WatchedCgroup.REST));
    settle();
    long now = second * SECOND;
    assertTrue(cgroup.mayRest(now + SECOND, WatchedCgroup.REST));
    assertFalse(cgroup.mayRest(now + WatchedCgroup.REST.toNanos(), WatchedCgroup.REST));
    charge(3100);
    look(false);
    assertFalse(cgroup.mayRest(second * SECOND, WatchedCgroup.REST), "it moved");
  }

  /** Until it stands still. */
  private Reading<MemoryUsage> settle() {
    Reading<MemoryUsage> last = look(true);
    for (int i = 0; i < 6; i++) {
      last = look(false);
    }
    look(true);
    return last;
  }

  private Reading<MemoryUsage> look(boolean anew) {
    second++;
    pass.next();
    return cgroup.read(pass, second * SECOND, anew);
  }

  private static MemoryUsage usage(Reading<MemoryUsage> reading) {
    return reading.optional().orElseThrow(() -> new AssertionError(reading));
  }

  private void charge(long bytes) throws IOException {
    write(directory, "memory.current", bytes + "\n");
  }

  private void stat(long anon, long shmem) throws IOException {
    write(directory, "memory.stat", "anon %d\nshmem %d\nkernel 0\n".formatted(anon, shmem));
  }

  private void kills(int kills) throws IOException {
    write(directory, "memory.events", "oom %d\noom_kill %d\n".formatted(kills, kills));
  }

  private static void write(Path directory, String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }
}
