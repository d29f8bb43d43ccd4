package io.bilgewatch.docker;

import static io.bilgewatch.docker.Fixtures.config;
import static io.bilgewatch.docker.Fixtures.container;
import static io.bilgewatch.docker.Fixtures.id;
import static io.bilgewatch.docker.Fixtures.replace;
import static io.bilgewatch.docker.Fixtures.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContainerInventoryTest {
  private static final Path DATA = Path.of("/data");

  /** So late that no file was changed just now. */
  private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));

  private static final Duration TICK = Duration.ofMillis(15);

  @TempDir Path host;
  private Path dataRoot;
  private ContainerInventory inventory;

  @BeforeEach
  void makeInventory() {
    dataRoot = host.resolve("data");
    inventory = new ContainerInventory(new HostRoot(host), LATER);
  }

  /** After a tick of the file system's clock, since {@link #LATER} lets no look wait for one. */
  private Inventory read() {
    LockSupport.parkNanos(TICK.toNanos());
    return inventory.read(List.of(DATA));
  }

  private static List<String> names(Inventory inventory) {
    return inventory.containers().stream().map(Container::name).toList();
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static Reading.Missing<?> missing(Inventory inventory, Path dataRoot) {
    return assertInstanceOf(Reading.Missing.class, inventory.roots().get(dataRoot));
  }

  @Test
  void listsContainersByNameAndNothingElse() throws IOException {
    Path web = container(dataRoot, id(1), "web");
    container(dataRoot, id(2), "db");
    Files.createDirectories(dataRoot.resolve("containers/.tmp-" + id(3)));
    Files.createDirectories(dataRoot.resolve("containers").resolve("G".repeat(64)));
    Files.createFile(dataRoot.resolve("containers").resolve(id(4)));
    Inventory found = read();
    assertEquals(List.of("db", "web"), names(found));
    assertEquals(2, found.roots().get(DATA).optional().orElseThrow());
    assertEquals(List.of(), List.copyOf(found.unread().keySet()));
    Container second = found.containers().get(1);
    assertEquals(web, second.directory());
    assertEquals(dataRoot, second.dataRoot());
    assertEquals(
        List.of("ALL"), second.hostConfig().optional().orElseThrow().capabilitiesDropped());
  }

  @Test
  void appearsChangesAndVanishes() throws IOException {
    Files.createDirectories(dataRoot.resolve("containers"));
    assertEquals(List.of(), names(read()));
    Path web = container(dataRoot, id(1), "web");
    assertEquals(List.of("web"), names(read()));
    replace(web.resolve("config.v2.json"), config(id(1), "renamed"));
    assertEquals(List.of("renamed"), names(read()));
    remove(web);
    assertEquals(List.of(), names(read()));
  }

  @Test
  void whatDidNotChangeIsNotReadAgain() throws IOException {
    container(dataRoot, id(1), "web");
    container(dataRoot, id(2), "db");
    Inventory first = read();
    assertSame(first, read(), "as a whole");
    replace(
        dataRoot.resolve("containers").resolve(id(2)).resolve("config.v2.json"),
        config(id(2), "sql"));
    Inventory second = read();
    assertNotSame(first, second);
    assertSame(first.containers().getLast(), second.containers().getLast());
    assertSame(second, read());
    Files.delete(dataRoot.resolve("containers").resolve(id(1)).resolve("config.v2.json"));
    assertNotSame(second, read(), "a problem is news");
    remove(dataRoot.resolve("containers").resolve(id(2)));
    assertEquals(List.of("web"), names(read()));
    assertEquals(Inventory.EMPTY, inventory.read(List.of()));
  }

  @Test
  void changesWithinOneTickOfTheClockAreSeen() throws IOException {
    inventory = new ContainerInventory(new HostRoot(host), Clock.systemUTC());
    Path file = container(dataRoot, id(1), "aaa").resolve("config.v2.json");
    assertEquals(List.of("aaa"), names(read()));
    FileTime modified = Files.getLastModifiedTime(file);
    Files.write(file, config(id(1), "bbb"));
    Files.setLastModifiedTime(file, modified);
    assertEquals(List.of("bbb"), names(read()), "same inode, size and time");
  }

  @Test
  void anEmptyStateKeepsTheLastGoodOneAndSaysSo() throws IOException {
    Path file = container(dataRoot, id(1), "web").resolve("config.v2.json");
    read();
    Files.write(file, new byte[0]);
    Inventory found = read();
    assertEquals(List.of("web"), names(found));
    assertTrue(found.unread().get(id(1)).contains("config.v2.json"), found.unread().toString());
    assertEquals(found.unread(), read().unread(), "and goes on saying so");
    replace(file, config(id(1), "web"));
    assertTrue(read().unread().isEmpty());
  }

  @Test
  void aHalfWrittenStateOfANewContainerIsNoContainer() throws IOException {
    byte[] whole = config(id(1), "web");
    Path directory = Files.createDirectories(dataRoot.resolve("containers").resolve(id(1)));
    Inventory early = read();
    assertEquals(List.of(), names(early));
    assertTrue(early.unread().get(id(1)).contains("not there"));
    Files.write(directory.resolve("config.v2.json"), java.util.Arrays.copyOf(whole, 300));
    assertEquals(List.of(), names(read()));
    assertTrue(read().unread().get(id(1)).contains("at byte"));
    Files.write(directory.resolve("config.v2.json"), whole);
    Inventory found = read();
    assertEquals(List.of("web"), names(found));
    Reading<HostConfig> hostConfig = found.containers().getFirst().hostConfig();
    assertEquals(Cause.VANISHED, ((Reading.Missing<?>) hostConfig).cause());
    assertTrue(found.unread().get(id(1)).contains("hostconfig.json"));
  }

  @Test
  void aDirectoryThatDockerIsStillFillingOrEmptyingIsNoProblem() throws IOException {
    Path directory = Files.createDirectories(dataRoot.resolve("containers").resolve(id(1)));
    assertEquals(Set.of(id(1)), read().unread().keySet(), "an hour later it is one");
    inventory = new ContainerInventory(new HostRoot(host), Clock.systemUTC());
    assertEquals(Map.of(), read().unread());
    Files.write(directory.resolve("config.v2.json"), config(id(1), "web"));
    assertEquals(Map.of(), read().unread());
    Files.write(directory.resolve("hostconfig.json"), new byte[0]);
    assertEquals(Set.of(id(1)), read().unread().keySet(), "what is there is read");
  }

  @Test
  void readsTheOlderFileWhereTheNewerIsNot() throws IOException {
    Path directory = container(dataRoot, id(1), "old");
    Files.move(directory.resolve("config.v2.json"), directory.resolve("config.json"));
    assertEquals(List.of("old"), names(read()));
  }

  @Test
  void theStateOfAnotherContainerIsNotBelieved() throws IOException {
    Path directory = container(dataRoot, id(1), "web");
    replace(directory.resolve("config.v2.json"), config(id(2), "other"));
    Inventory found = read();
    assertEquals(List.of(), names(found));
    assertTrue(found.unread().get(id(1)).contains("the state of the container " + id(1)));
  }

  @Test
  void linksFifosAndHugeFilesAreNotRead() throws IOException, InterruptedException {
    Path elsewhere = Files.write(host.resolve("elsewhere"), config(id(1), "lured"));
    Path link = Files.createDirectories(dataRoot.resolve("containers").resolve(id(1)));
    Files.createSymbolicLink(link.resolve("config.v2.json"), elsewhere);
    Path fifo = Files.createDirectories(dataRoot.resolve("containers").resolve(id(2)));
    new ProcessBuilder("mkfifo", fifo.resolve("config.v2.json").toString()).start().waitFor();
    Path huge = Files.createDirectories(dataRoot.resolve("containers").resolve(id(3)));
    try (java.io.RandomAccessFile file =
        new java.io.RandomAccessFile(huge.resolve("config.v2.json").toFile(), "rw")) {
      file.setLength(JsonText.MAX_BYTES + 1L);
    }
    Path outside = container(host.resolve("other"), id(4), "outside");
    Files.createSymbolicLink(dataRoot.resolve("containers").resolve(id(4)), outside);
    Inventory found = read();
    assertEquals(List.of(), names(found));
    assertTrue(found.unread().get(id(1)).contains("not a regular file"));
    assertTrue(found.unread().get(id(2)).contains("not a regular file"));
    assertTrue(found.unread().get(id(3)).contains("larger than"));
    assertEquals(3, found.roots().get(DATA).optional().orElseThrow());
  }

  @Test
  void deadContainersStayWhileTheirDirectoryDoes() throws IOException {
    Path directory = container(dataRoot, id(1), "web");
    String alive = new String(config(id(1), "web"), java.nio.charset.StandardCharsets.UTF_8);
    String dead =
        alive
            .replace("\"Dead\":false", "\"Dead\":true")
            .replace("\"RemovalInProgress\":false", "\"RemovalInProgress\":true");
    replace(directory.resolve("config.v2.json"), utf8(dead));
    ContainerState state = read().containers().getFirst().state();
    assertTrue(state.dead() && state.removalInProgress());
    Files.delete(directory.resolve("config.v2.json"));
    Files.delete(directory.resolve("hostconfig.json"));
    assertEquals(List.of("web"), names(read()), "its files go before it does");
    Files.delete(directory);
    assertEquals(List.of(), names(read()));
  }

  @Test
  void aDataRootThatIsNotThereOrWentSaysWhich() throws IOException {
    assertEquals(Cause.NOT_APPLICABLE, missing(read(), DATA).cause());
    container(dataRoot, id(1), "web");
    read();
    Files.move(dataRoot, host.resolve("moved"));
    Inventory gone = read();
    assertEquals(Cause.VANISHED, missing(gone, DATA).cause());
    assertEquals(List.of(), names(gone));
    assertEquals(List.of("web"), names(inventory.read(List.of(Path.of("/moved")))));
  }

  @Test
  void aDataRootThatCannotBeListedKeepsItsContainers() throws IOException {
    container(dataRoot, id(1), "web");
    read();
    Files.move(dataRoot.resolve("containers"), dataRoot.resolve("kept"));
    // Whoever runs this as root may list anything; a loop of links may nobody follow.
    Files.createSymbolicLink(dataRoot.resolve("containers"), Path.of("containers"));
    Inventory found = read();
    assertEquals(Cause.FAILED, missing(found, DATA).cause());
    assertEquals(List.of("web"), names(found));
    assertTrue(found.unread().get(id(1)).contains("can't be listed"));
  }

  @Test
  void oneDirectoryByTwoNamesCountsOnce() throws IOException {
    container(dataRoot, id(1), "web");
    Files.createSymbolicLink(host.resolve("alias"), dataRoot);
    Path alias = Path.of("/alias");
    Inventory found = inventory.read(List.of(DATA, alias));
    assertEquals(List.of("web"), names(found));
    assertEquals(Cause.NOT_APPLICABLE, missing(found, alias).cause());
    assertTrue(missing(found, alias).detail().contains(DATA.toString()));
  }

  @Test
  void ofACopiedDataRootTheFirstCounts() throws IOException {
    container(dataRoot, id(1), "web");
    container(host.resolve("copy"), id(1), "web");
    container(host.resolve("copy"), id(2), "db");
    Inventory found = inventory.read(List.of(DATA, Path.of("/copy")));
    assertEquals(List.of("db", "web"), names(found));
    assertEquals(dataRoot, found.containers().get(1).dataRoot());
    assertTrue(found.unread().get(id(1)).contains("several data roots"));
  }

  @Test
  void fiveHundredUnchangedContainersCostLittle() throws IOException {
    for (int i = 0; i < 500; i++) {
      container(dataRoot, id(i), "c" + i);
    }
    assertEquals(500, read().containers().size());
    long best = Long.MAX_VALUE;
    for (int pass = 0; pass < 100; pass++) {
      long start = System.nanoTime();
      assertEquals(500, inventory.read(List.of(DATA)).containers().size());
      best = Math.min(best, System.nanoTime() - start);
    }
    System.out.println("500 unchanged containers: " + best / 1000 + " us a pass");
    assertTrue(best < 10_000_000, best / 1000 + " us");
  }
}
