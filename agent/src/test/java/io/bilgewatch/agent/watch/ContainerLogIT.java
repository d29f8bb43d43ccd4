package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.it.Await;
import io.bilgewatch.agent.view.CollectorStatus.Outcome;
import io.bilgewatch.containerlog.WriteFailure;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.ContainerInventory;
import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.WriteErrno;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Follows the logs that a real engine writes. */
class ContainerLogIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final Duration SOON = Duration.ofSeconds(20);

  /** A pass begins each second; the rest is for a machine on which other tests run. */
  private static final long LATEST_MILLIS = 4_000;

  private final ContainerInventory inventory = new ContainerInventory(HostRoot.LIVE);
  private final List<Found> found = new CopyOnWriteArrayList<>();
  private final ContainerLogWatch watch =
      new ContainerLogWatch(
          HostRoot.LIVE,
          ContainerLogWatch.Settings.DEFAULT,
          (container, failure, at, count) ->
              found.add(new Found(container.name(), failure, at, count)));

  private record Found(String container, WriteFailure failure, Instant at, int count) {
    boolean isOf(String name, WriteErrno errno, String path) {
      return container.equals(name)
          && failure.errno().equals(Optional.of(errno))
          && failure.path().equals(Optional.of(path));
    }
  }

  @BeforeEach
  void start() {
    refresh();
    watch.start();
  }

  @AfterEach
  void stop() {
    watch.close();
  }

  private void refresh() {
    watch.watch(inventory.read(List.of(ENGINE.dataRoot())).containers());
  }

  private int count(String name, WriteErrno errno, String path) {
    return found.stream().filter(one -> one.isOf(name, errno, path)).mapToInt(Found::count).sum();
  }

  private Duration awaitOne(String name, WriteErrno errno, String path) {
    return Await.until(
        errno + " at " + path + " in " + name + " among " + found,
        SOON,
        () -> count(name, errno, path) > 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json-file", "local"})
  void aWriteThatFailsIsFoundOnce(String driver) throws Exception {
    String name = "fails-" + driver;
    ENGINE.run(
        name,
        List.of("--read-only", "--log-driver", driver),
        "sh",
        "-c",
        "echo begin; touch /denied; yes x | head -c 40000 | tr -d '\\n'; echo; "
            + "mkdir /refused; while :; do sleep 3600; done");
    refresh();
    awaitOne(name, WriteErrno.EROFS, "/denied");
    awaitOne(name, WriteErrno.EROFS, "/refused");
    Thread.sleep(2500);
    assertEquals(1, count(name, WriteErrno.EROFS, "/denied"), found::toString);
    assertEquals(1, count(name, WriteErrno.EROFS, "/refused"), found::toString);
    assertEquals(0, watch.malformedRows().values().stream().mapToLong(Long::longValue).sum());
    assertTrue(
        found.stream().allMatch(one -> one.at().isAfter(Instant.now().minusSeconds(60))),
        found::toString);
    assertEquals(Outcome.COLLECTED, watch.status().outcome());
  }

  @ParameterizedTest
  @ValueSource(strings = {"json-file", "local"})
  void aFailureWithinALongLineIsFound(String driver) {
    String name = "long-" + driver;
    ENGINE.run(
        name,
        List.of("--log-driver", driver),
        "sh",
        "-c",
        "printf 'cannot create /long/path: '; printf 'Read-only file system. ';"
            + " yes z | head -c 80000 | tr -d '\\n'; echo; while :; do sleep 3600; done");
    refresh();
    awaitOne(name, WriteErrno.EROFS, "/long/path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"json-file", "local"})
  void rotationAndCompressionLoseNothing(String driver) {
    String name = "rotates-" + driver;
    ENGINE.run(
        name,
        List.of(
            "--read-only",
            "--log-driver",
            driver,
            "--log-opt",
            "max-size=20k",
            "--log-opt",
            "max-file=6",
            "--log-opt",
            "compress=true"),
        "sh",
        "-c",
        "for i in $(seq 1 40); do for j in $(seq 1 60); do echo \"line $i $j\"; done; "
            + "touch /denied$i; sleep 0.15; done; while :; do sleep 3600; done");
    refresh();
    awaitOne(name, WriteErrno.EROFS, "/denied40");
    for (int i = 1; i <= 40; i++) {
      assertEquals(1, count(name, WriteErrno.EROFS, "/denied" + i), "/denied" + i);
    }
  }

  @Test
  void whatWasThereBeforeIsHistory() throws Exception {
    ENGINE.run(
        "before",
        List.of("--read-only"),
        "sh",
        "-c",
        "touch /old; sleep 4; touch /new; while :; do sleep 3600; done");
    Await.until("written", SOON, () -> logs("before").contains("/old"));
    List<Found> later = new CopyOnWriteArrayList<>();
    try (ContainerLogWatch second =
        new ContainerLogWatch(
            HostRoot.LIVE,
            ContainerLogWatch.Settings.DEFAULT,
            (container, failure, at, count) ->
                later.add(new Found(container.name(), failure, at, count)))) {
      second.watch(inventory.read(List.of(ENGINE.dataRoot())).containers());
      second.start();
      Await.until(
          "/new",
          SOON,
          () -> later.stream().anyMatch(one -> one.isOf("before", WriteErrno.EROFS, "/new")));
      assertTrue(later.stream().noneMatch(one -> one.isOf("before", WriteErrno.EROFS, "/old")));
    }
  }

  private static String logs(String name) {
    var output = ENGINE.tryDocker("logs", name);
    return output.text() + output.stderr();
  }

  @Test
  void aFloodCostsLittleAndHidesNobodyElse() throws Exception {
    String flood =
        ENGINE.run(
            "flood",
            List.of("--log-opt", "max-size=50m", "--log-opt", "max-file=2"),
            "sh",
            "-c",
            "while :; do yes 'sh: cannot create /flood: Permission denied'; done");
    ENGINE.run(
        "quiet",
        List.of("--read-only"),
        "sh",
        "-c",
        "sleep 6; touch /quiet; while :; do sleep 3600; done");
    refresh();
    Duration before = watch.status().cpu();
    long began = System.nanoTime();
    awaitOne("quiet", WriteErrno.EROFS, "/quiet");
    Instant seen = Instant.now();
    Thread.sleep(1000);
    double seconds = (System.nanoTime() - began) / 1e9;
    double cpu = watch.status().cpu().minus(before).toNanos() / 1e9;
    ENGINE.docker("kill", "flood");
    Instant printed =
        found.stream()
            .filter(one -> one.isOf("quiet", WriteErrno.EROFS, "/quiet"))
            .findFirst()
            .orElseThrow()
            .at();
    long skipped = watch.skippedBytes().get(flood);
    System.out.printf(
        "flood: %.1f MB/s skipped, %.0f %% of a CPU, the other failure seen after %d ms%n",
        skipped / 1e6 / seconds, 100 * cpu / seconds, printed.until(seen).toMillis());
    assertTrue(skipped > 10 << 20, "skipped " + skipped);
    assertTrue(cpu / seconds < 0.5, "CPU " + cpu + " s in " + seconds);
    assertTrue(printed.until(seen).toMillis() < LATEST_MILLIS, printed + " seen " + seen);
    assertEquals(1, count("quiet", WriteErrno.EROFS, "/quiet"));
    assertTrue(count("flood", WriteErrno.EACCES, "/flood") > 0);
  }

  /** So that the decoder is known to be right, not only to agree with the writer of its test. */
  @Test
  void theLocalDriversFileIsWhatTheDecoderSays() throws Exception {
    String id =
        ENGINE.run("plain", List.of("--log-driver", "local"), "sh", "-c", "echo one; echo two >&2");
    Path file = directory(id).resolve("local-logs").resolve("container.log");
    Await.until("both lines", SOON, () -> logs("plain").contains("two"));
    byte[] bytes = Files.readAllBytes(file);
    assertTrue(bytes.length > 8);
    int size = java.nio.ByteBuffer.wrap(bytes).getInt(0);
    assertEquals(size, java.nio.ByteBuffer.wrap(bytes).getInt(4 + size));
  }

  private Path directory(String id) {
    return inventory.read(List.of(ENGINE.dataRoot())).containers().stream()
        .filter(container -> container.id().equals(id))
        .map(Container::directory)
        .findFirst()
        .orElseThrow();
  }
}
