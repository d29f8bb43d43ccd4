package io.bilgewatch.docker;

import static io.bilgewatch.docker.Fixtures.config;
import static io.bilgewatch.docker.Fixtures.container;
import static io.bilgewatch.docker.Fixtures.id;
import static io.bilgewatch.docker.Fixtures.replace;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the kernel's real inotify. */
final class InventoryWatchTest {
  private static final Path DATA = Path.of("/data");
  private static final List<Path> ROOTS = List.of(DATA);

  @TempDir Path host;
  private final Semaphore wakes = new Semaphore(0);
  private Path dataRoot;
  private Path containers;
  private InventoryWatch watch;

  @BeforeEach
  void open() throws IOException {
    dataRoot = host.resolve("data");
    containers = Files.createDirectories(dataRoot.resolve("containers"));
    watch = new InventoryWatch(new HostRoot(host), wakes::release);
  }

  @AfterEach
  void close() throws IOException {
    watch.close();
  }

  private boolean wokenWithin(int millis) throws InterruptedException {
    return wakes.tryAcquire(millis, TimeUnit.MILLISECONDS);
  }

  /** Until what was already done has been told. */
  private void settle() throws InterruptedException {
    while (wokenWithin(400)) {
      // One more.
    }
  }

  private Reading<Integer> status() {
    return watch.status().get(DATA);
  }

  @Test
  void saysWhetherEachChangeWouldBeTold() throws Exception {
    assertFalse(watch.isWhole(), "nothing is watched");
    watch.retarget(ROOTS);
    assertTrue(watch.isWhole());
    watch.retarget(List.of(DATA, Path.of("/other")));
    assertFalse(watch.isWhole(), "there is no /other");
    watch.retarget(ROOTS);
    assertTrue(watch.isWhole());
    Files.delete(containers);
    assertTrue(wokenWithin(500), "gone");
    assertFalse(watch.isWhole(), "it went");
  }

  @Test
  void wakesWhenAContainerAppearsChangesAndGoes() throws Exception {
    watch.retarget(ROOTS);
    Path web = container(dataRoot, id(1), "web");
    assertTrue(wokenWithin(500), "appeared");
    settle();
    assertEquals(1, status().optional().orElseThrow());
    replace(web.resolve("config.v2.json"), config(id(1), "renamed"));
    assertTrue(wokenWithin(500), "changed");
    settle();
    Files.delete(web.resolve("config.v2.json"));
    Files.delete(web.resolve("hostconfig.json"));
    settle();
    Files.delete(web);
    assertTrue(wokenWithin(500), "went");
    settle();
    assertEquals(0, status().optional().orElseThrow());
  }

  @Test
  void watchesWhatWasThereBefore() throws Exception {
    Path web = container(dataRoot, id(1), "web");
    watch.retarget(ROOTS);
    replace(web.resolve("hostconfig.json"), Fixtures.bytes("api-29-hostconfig.json"));
    assertTrue(wokenWithin(500));
  }

  @Test
  void aBurstIsOneWakeAndTemporaryAndLogFilesAreNone() throws Exception {
    Path web = container(dataRoot, id(1), "web");
    watch.retarget(ROOTS);
    for (int i = 0; i < 20; i++) {
      Files.createFile(web.resolve(id(1) + "-json.log." + i));
      Files.createFile(web.resolve(".tmp-config.v2.json" + i));
    }
    assertFalse(wokenWithin(300), "neither is a change of state");
    for (int i = 0; i < 200; i++) {
      replace(web.resolve("config.v2.json"), config(id(1), "web" + i));
    }
    assertTrue(wokenWithin(500));
    Thread.sleep(600);
    assertTrue(wakes.availablePermits() <= 4, wakes.availablePermits() + " more");
  }

  @Test
  void waitsForADirectoryThatIsNotThereYet() throws Exception {
    Files.delete(containers);
    watch.retarget(ROOTS);
    assertEquals(Cause.NOT_APPLICABLE, assertInstanceOf(Reading.Missing.class, status()).cause());
    container(dataRoot, id(1), "web");
    watch.retarget(ROOTS);
    assertEquals(1, status().optional().orElseThrow());
    container(dataRoot, id(2), "db");
    assertTrue(wokenWithin(500));
  }

  @Test
  void survivesThatTheDirectoryGoesAndComesBack() throws Exception {
    watch.retarget(ROOTS);
    Files.delete(containers);
    assertTrue(wokenWithin(500), "gone");
    settle();
    assertFalse(status().isPresent());
    container(dataRoot, id(1), "web");
    watch.retarget(ROOTS);
    settle();
    container(dataRoot, id(2), "db");
    assertTrue(wokenWithin(500), "watched again");
  }

  @Test
  void aRenamedDataRootIsAnotherDirectory() throws Exception {
    container(dataRoot, id(1), "web");
    watch.retarget(ROOTS);
    Files.move(dataRoot, host.resolve("old"));
    container(dataRoot, id(2), "db");
    watch.retarget(ROOTS);
    settle();
    container(host.resolve("old"), id(3), "stale");
    assertFalse(wokenWithin(300), "the old one is watched no more");
    container(dataRoot, id(4), "new");
    assertTrue(wokenWithin(500));
  }

  @Test
  void watchesOnlyWhatItWasToldLast() throws Exception {
    watch.retarget(ROOTS);
    watch.retarget(List.of());
    container(dataRoot, id(1), "web");
    assertFalse(wokenWithin(300));
    assertTrue(watch.status().isEmpty());
  }

  @Test
  void aCallbackThatThrowsDoesNotEndTheWatch() throws Exception {
    try (InventoryWatch throwing =
        new InventoryWatch(
            new HostRoot(host),
            () -> {
              wakes.release();
              throw new IllegalStateException("on purpose");
            })) {
      throwing.retarget(ROOTS);
      container(dataRoot, id(1), "web");
      assertTrue(wokenWithin(500));
      settle();
      container(dataRoot, id(2), "db");
      assertTrue(wokenWithin(500));
    }
  }

  @Test
  void leavesNoThreadAndNoDescriptorBehind() throws Exception {
    watch.close();
    long before = descriptors();
    for (int i = 0; i < 20; i++) {
      InventoryWatch each = new InventoryWatch(new HostRoot(host), () -> {});
      each.retarget(ROOTS);
      each.close();
    }
    boolean alive =
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().equals("inventory-watch"));
    assertFalse(alive);
    assertTrue(descriptors() <= before + 1, before + " before, " + descriptors() + " after");
  }

  private static long descriptors() throws IOException {
    try (var entries = Files.list(HostRoot.LIVE.proc("self", "fd"))) {
      return entries.count();
    }
  }
}
