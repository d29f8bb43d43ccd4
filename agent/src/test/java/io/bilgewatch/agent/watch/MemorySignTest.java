package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.host.HostMemoryReader;
import io.bilgewatch.kernel.HostRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MemorySignTest {
  private static final Duration PERIOD = Duration.ofMillis(20);

  private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
  @TempDir private Path root;
  private MemorySign sign;

  @BeforeEach
  void make() throws IOException {
    Files.createDirectories(root.resolve("proc"));
    meminfo(8_000_000, 100);
    sign = new MemorySign(new HostMemoryReader(new HostRoot(root)), PERIOD);
  }

  @AfterEach
  void close() {
    sign.close();
  }

  @Test
  void sharedMemoryThatMovesIsToldUntilItIsTaken() throws Exception {
    sign.start(() -> told.add("moved"));
    awaitTold("of the beginning nothing is known");
    sign.takeShared();
    assertFalse(sign.isSharedMoved());
    // It may have been about to tell.
    Thread.sleep(PERIOD);
    told.clear();
    assertNull(told.poll(10 * PERIOD.toMillis(), TimeUnit.MILLISECONDS), "it stands still");
    meminfo(8_000_000, 104);
    awaitTold("it moved");
    awaitTold("nobody has taken it");
    assertTrue(sign.isSharedMoved());
    sign.takeShared();
    assertFalse(sign.isSharedMoved());
  }

  @Test
  void whatCantBeReadSaysNothingOfStandingStill() throws Exception {
    sign.start(() -> told.add("moved"));
    awaitTold("of the beginning nothing is known");
    Files.delete(root.resolve("proc/meminfo"));
    told.clear();
    awaitTold("it can't be read");
    sign.takeShared();
    assertTrue(sign.isSharedMoved());
    assertTrue(sign.takeMuchLess());
  }

  @Test
  void beforeItIsStartedItLooksWhenItIsAsked() throws IOException {
    assertTrue(sign.isSharedMoved());
    sign.takeShared();
    assertFalse(sign.isSharedMoved());
    meminfo(8_000_000, 96);
    assertTrue(sign.isSharedMoved());
  }

  @Test
  void muchIsMoreThanSixteenMebibytesSinceTheLastTime() throws IOException {
    assertTrue(sign.takeMuchLess(), "of before nothing is known");
    assertFalse(sign.takeMuchLess());
    meminfo(8_000_000 - (16 << 10), 100);
    assertFalse(sign.takeMuchLess());
    meminfo(8_000_000 - (32 << 10) - 4, 100);
    assertTrue(sign.takeMuchLess());
    meminfo(8_000_000, 100);
    assertFalse(sign.takeMuchLess(), "it is more");
  }

  private void awaitTold(String what) throws InterruptedException {
    assertTrue(told.poll(10, TimeUnit.SECONDS) != null, what);
  }

  /** As the kernel does: whoever reads it sees the one or the other. */
  private void meminfo(long available, long shared) throws IOException {
    Path next = root.resolve("proc/next");
    Files.writeString(
        next,
        "MemTotal: 9000000 kB\nMemAvailable: %d kB\nSwapFree: 0 kB\nShmem: %d kB\n"
            .formatted(available, shared));
    Files.move(next, root.resolve("proc/meminfo"), StandardCopyOption.REPLACE_EXISTING);
  }
}
