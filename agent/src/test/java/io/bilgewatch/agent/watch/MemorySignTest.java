package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.host.HostMemory;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemorySignTest {
  private static final long MIB = 1 << 20;
  private static final long TOTAL = 16_000 * MIB;
  private static final long MUCH = 16 * MIB;

  private final MemorySign sign = new MemorySign(() -> kernel());
  private boolean readable = true;
  private long free = 8_000 * MIB;
  private long shared = 100 * MIB;
  private long available = 9_000 * MIB;
  private int asked;

  private Reading<MemorySign.Memory> kernel() {
    return readable
        ? Reading.of(new MemorySign.Memory(TOTAL, free, shared))
        : Reading.missing(Cause.NOT_PERMITTED, "not permitted");
  }

  private Reading<HostMemory> host() {
    asked++;
    return available < 0
        ? Reading.missing(Cause.FAILED, "can't be read")
        : Reading.of(new HostMemory(TOTAL, available, 0));
  }

  private boolean takeMuchLess() {
    return sign.takeMuchLess(this::host);
  }

  @Test
  void sharedMemoryThatMovedHasMovedUntilItIsTaken() {
    assertTrue(sign.isSharedMoved(), "of the beginning nothing is known");
    sign.takeShared();
    assertFalse(sign.isSharedMoved());
    shared += 4_096;
    assertTrue(sign.isSharedMoved());
    assertTrue(sign.isSharedMoved(), "nobody has taken it");
    sign.takeShared();
    assertFalse(sign.isSharedMoved());
    shared -= 4_096;
    assertTrue(sign.isSharedMoved(), "it is less");
  }

  @Test
  void whatCantBeReadSaysNothingOfStandingStill() {
    readable = false;
    available = -1;
    for (int i = 0; i < 3; i++) {
      assertTrue(sign.isSharedMoved());
      sign.takeShared();
      assertTrue(takeMuchLess());
    }
    readable = true;
    available = 9_000 * MIB;
    assertTrue(sign.isSharedMoved());
    assertTrue(takeMuchLess());
    sign.takeShared();
    assertFalse(sign.isSharedMoved());
    assertFalse(takeMuchLess());
  }

  @Test
  void wherePlentyIsFreeTheHostIsAskedOnlyWhereMuchOfItWent() {
    takeMuchLess();
    asked = 0;
    for (int i = 0; i < 5; i++) {
      free -= MUCH;
      assertFalse(takeMuchLess());
    }
    assertEquals(0, asked);
    free -= MUCH + 4_096;
    assertTrue(takeMuchLess(), "what was available before is not known");
    assertEquals(1, asked);
    free -= MUCH + 4_096;
    assertFalse(takeMuchLess(), "the page cache took it");
    free -= MUCH + 4_096;
    available -= MUCH + 4_096;
    assertTrue(takeMuchLess());
    free += 10 * MUCH;
    assertFalse(takeMuchLess(), "it is more");
  }

  /** The kernel takes page cache away for who wants memory: what is free stays as it is. */
  @Test
  void whereLittleIsFreeTheHostIsAskedEachTime() {
    free = TOTAL / 16;
    assertTrue(takeMuchLess(), "of before nothing is known");
    assertFalse(takeMuchLess());
    available -= MUCH;
    assertFalse(takeMuchLess());
    available -= MUCH + 4_096;
    assertTrue(takeMuchLess());
    available += 10 * MUCH;
    assertFalse(takeMuchLess(), "it is more");
    assertEquals(5, asked);
  }

  @Test
  void theLiveKernelsSharedMemoryMovesWithATmpfs() throws IOException {
    MemorySign live = MemorySign.live();
    assertTrue(live.isSharedMoved());
    live.takeShared();
    Path file = Files.createTempFile(Path.of("/dev/shm"), "bilgewatch", "");
    try {
      Files.write(file, new byte[(int) MUCH]);
      assertTrue(live.isSharedMoved());
    } finally {
      Files.delete(file);
    }
  }
}
