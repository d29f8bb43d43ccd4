package io.bilgewatch.docker;

import static io.bilgewatch.docker.Fixtures.id;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContainerLogSizesTest {
  /** So late that no file was changed just now, and what is known is kept. */
  private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(30));

  /** Coarser than the clock of any file system, which two changes in a row must not share. */
  private static final Duration TICK = Duration.ofMillis(15);

  @TempDir Path host;
  private Path directory;
  private ContainerLogSizes sizes;

  @BeforeEach
  void makeDataRoot() throws IOException {
    directory = Files.createDirectories(host.resolve("data/containers").resolve(id(1)));
    Files.createDirectories(host.resolve("data/elsewhere"));
    sizes = new ContainerLogSizes(new HostRoot(host), LATER);
  }

  private Container container(String driver, String logPath) {
    return Fixtures.logging(host.resolve("data"), directory, driver, logPath);
  }

  private static void append(Path file, int size) throws IOException, InterruptedException {
    Thread.sleep(TICK);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[size], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Test
  void growthRotationAndRemovalAreSeen() throws Exception {
    Container container = container("json-file", "");
    Path log = directory.resolve(id(1) + "-json.log");
    assertEquals(Reading.of(0L), sizes.bytes(container));
    append(log, 100);
    assertEquals(Reading.of(100L), sizes.bytes(container));
    append(log, 20);
    assertEquals(Reading.of(120L), sizes.bytes(container));
    Files.move(log, directory.resolve(log.getFileName() + ".1"));
    append(log, 3);
    assertEquals(Reading.of(123L), sizes.bytes(container));
    Thread.sleep(TICK);
    Files.delete(directory.resolve(log.getFileName() + ".1"));
    assertEquals(Reading.of(3L), sizes.bytes(container));
    sizes.forgetAllBut(List.of());
    assertEquals(Reading.of(3L), sizes.bytes(container));
  }

  @Test
  void aDriverWithoutFilesMayHaveSomeLater() throws Exception {
    Container container = container("journald", "");
    for (int i = 0; i < 2; i++) {
      Reading.Missing<Long> none = (Reading.Missing<Long>) sizes.bytes(container);
      assertEquals(Cause.NOT_APPLICABLE, none.cause());
    }
    append(directory.resolve("container-cached.log"), 7);
    assertEquals(Reading.of(7L), sizes.bytes(container));
  }

  @Test
  void aLogElsewhereIsLookedForEachTime() throws Exception {
    Path log = host.resolve("data/elsewhere/own.log");
    Container container = container("json-file", "/data/elsewhere/own.log");
    append(log, 50);
    assertEquals(Reading.of(50L), sizes.bytes(container));
    append(log.resolveSibling("own.log.1"), 5);
    assertEquals(Reading.of(55L), sizes.bytes(container));
  }

  @Test
  void theFilesAreThoseOfAFreshLookAfterAnyChange() throws Exception {
    Random random = new Random(7);
    Container container = container("local", "");
    ContainerLogs logs = new ContainerLogs(new HostRoot(host), List.of(Path.of("/data")));
    List<Path> files =
        List.of(
            directory.resolve(id(1) + "-json.log"),
            directory.resolve(id(1) + "-json.log.1"),
            directory.resolve("container-cached.log"),
            directory.resolve("hostconfig.json"),
            directory.resolve("local-logs/container.log"),
            directory.resolve("local-logs/container.log.1.gz"));
    for (int i = 0; i < 150; i++) {
      Path file = files.get(random.nextInt(files.size()));
      Thread.sleep(TICK);
      if (random.nextInt(3) == 0) {
        Files.deleteIfExists(file);
        deleteIfEmpty(directory.resolve("local-logs"));
      } else {
        append(file, random.nextInt(1, 1_000));
      }
      assertEquals(logs.bytes(container), sizes.bytes(container), "after change " + i);
    }
  }

  private static void deleteIfEmpty(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      try (var entries = Files.list(directory)) {
        if (entries.findAny().isPresent()) {
          return;
        }
      }
      Files.delete(directory);
    }
  }
}
