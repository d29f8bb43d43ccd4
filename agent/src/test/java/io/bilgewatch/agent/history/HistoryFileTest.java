package io.bilgewatch.agent.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.risk.Growth.Shape;
import io.bilgewatch.agent.risk.Points;
import io.bilgewatch.kernel.KernelPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryFileTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");
  private static final SeriesKey LAYER = SeriesKey.layer("c0ffee");
  private static final String HEAD =
      "{\"format\":\"bilgewatch histories\",\"version\":1,\"at\":\"2026-03-01T12:00:00Z\",";

  @TempDir private Path directory;

  private static Histories empty() {
    return new Histories(Duration.ofMinutes(10), Duration.ofHours(6), 100);
  }

  private static Histories grown(long from, int seconds) {
    Histories histories = empty();
    for (int t = 0; t < seconds; t++) {
      histories.add(LAYER, from + t * SECOND, t * 100_000L);
    }
    return histories;
  }

  private HistoryFile file() {
    return new HistoryFile(directory);
  }

  private void write(String json) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file().path()))) {
      out.write(json.getBytes(StandardCharsets.UTF_8));
    }
  }

  private String text() throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file().path()))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The new process has another monotonic clock. */
  @Test
  void growthGoesOnInTheNextProcess() throws IOException {
    file().save(grown(0, 1000), AT, 999 * SECOND);
    Histories next = empty();
    long clock = 5_000_000 * SECOND;
    Restored restored = file().load(next, AT.plusSeconds(20), clock);
    assertEquals(new Restored.Loaded(1, Duration.ofSeconds(20)), restored);
    for (int t = 1; t <= 5; t++) {
      next.add(LAYER, clock + t * SECOND, (1019 + t) * 100_000L);
    }
    Growth growth = next.growth(LAYER, clock + 5 * SECOND).optional().orElseThrow();
    assertEquals(Shape.GROWING, growth.shape());
    assertEquals(100_000, growth.bytesPerSecond(), 1000);
    assertEquals(1024.0, (double) growth.evidence().toSeconds(), 12);
  }

  @Test
  void everyPointComesBack() throws IOException {
    Histories histories = grown(0, 30_000);
    SeriesKey odd =
        SeriesKey.tmpfs("c0ffee", KernelPath.of(new byte[] {'/', (byte) 0xff, '\n', '"', 1}));
    histories.add(odd, 30_000 * SECOND, 42);
    SeriesKey headroom = SeriesKey.headroom("c0ffee");
    histories.add(headroom, 30_000 * SECOND, -1L << 40);
    file().save(histories, AT, 30_000 * SECOND);
    Histories next = empty();
    file().load(next, AT, 0);
    assertEquals(histories.keys(), next.keys());
    Points before = histories.copy(LAYER).orElseThrow();
    Points after = next.copy(LAYER).orElseThrow();
    assertEquals(before.last(0), after.last(0));
    assertEquals(before.nanos(0) - 30_000 * SECOND, after.nanos(0));
    assertEquals(before.size(), after.size(), 3, "buckets may be cut elsewhere");
    assertEquals(-1L << 40, next.copy(headroom).orElseThrow().last(0));
  }

  @Test
  void aSecondTripChangesNothing() throws IOException {
    file().save(grown(0, 30_000), AT, 30_000 * SECOND);
    Histories next = empty();
    file().load(next, AT, 30_000 * SECOND);
    String first = text();
    file().save(next, AT, 30_000 * SECOND);
    assertEquals(first, text());
  }

  @Test
  void withoutAFileThereIsNothing() {
    assertEquals(new Restored.NoFile(), file().load(empty(), AT, 0));
  }

  @Test
  void whatIsOlderThanTheLongWindowIsOfNoUse() throws IOException {
    file().save(grown(0, 100), AT, 100 * SECOND);
    Histories next = empty();
    Duration age = Duration.ofHours(6).plusSeconds(1);
    assertEquals(new Restored.TooOld(age), file().load(next, AT.plus(age), 0));
    assertEquals(0, next.size());
  }

  @Test
  void aClockThatWasSetBackMakesNoFuture() throws IOException {
    file().save(grown(0, 100), AT, 99 * SECOND);
    Histories next = empty();
    assertEquals(
        new Restored.Loaded(1, Duration.ZERO),
        file().load(next, AT.minus(Duration.ofDays(900)), 7 * SECOND));
    Points points = next.copy(LAYER).orElseThrow();
    assertEquals(7 * SECOND, points.nanos(points.size() - 1));
  }

  @Test
  void whatIsKnownAlreadyStays() throws IOException {
    file().save(grown(0, 100), AT, 99 * SECOND);
    Histories next = empty();
    next.add(LAYER, 0, 5);
    assertEquals(new Restored.Loaded(0, Duration.ZERO), file().load(next, AT, 0));
    assertEquals(5, next.copy(LAYER).orElseThrow().last(0));
  }

  @Test
  void ofTooManyThoseFedLastAreTaken() throws IOException {
    Histories histories = empty();
    for (int i = 0; i < 100; i++) {
      histories.add(SeriesKey.layer("c" + i), i, i);
    }
    file().save(histories, AT, 100);
    Histories smaller = new Histories(Duration.ofMinutes(10), Duration.ofHours(6), 2);
    assertEquals(new Restored.Loaded(2, Duration.ZERO), file().load(smaller, AT, 100));
    assertEquals(List.of(SeriesKey.layer("c98"), SeriesKey.layer("c99")), smaller.keys());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{}",
        "{\"format\":\"something else\",\"version\":1,\"series\":[]}",
        "{\"format\":\"bilgewatch histories\",\"version\":2,\"series\":[]}",
        "{\"format\":\"bilgewatch histories\",\"version\":\"1\",\"series\":[]}",
        "{\"format\":\"bilgewatch histories\",\"version\":1,\"at\":\"yesterday\"}",
        "{\"series\":[]}",
        HEAD + "\"series\":[",
        HEAD + "\"series\":[{\"kind\":\"layer\",\"owner\":\"a\",\"points\":[[0,1,1]]}]}",
        HEAD + "\"series\":[{\"kind\":\"layer\",\"owner\":\"a\",\"points\":[[0,1,2,3]]}]}",
        HEAD + "\"series\":[{\"kind\":\"layer\",\"owner\":\"a\",\"points\":[[-1,1,1,1]]}]}",
        HEAD + "\"series\":[{\"kind\":\"layer\",\"owner\":\"a\",\"points\":[[0,1.5,1,2]]}]}",
        HEAD + "\"series\":[{\"kind\":\"layer\",\"points\":[[0,99999999999999999999,1,1]]}]}",
        HEAD + "\"series\":[{\"kind\":[\"layer\"]}]}",
        HEAD + "\"series\":[1,2]}",
        HEAD + "\"x\":[[[[[[[[[[[[]]]]]]]]]]]]}",
      })
  void whatIsNotUnderstoodIsSetAside(String json) throws IOException {
    write(json);
    Histories next = empty();
    Restored.SetAside aside =
        assertInstanceOf(Restored.SetAside.class, file().load(next, AT, 0), json);
    assertEquals("histories.json.gz.corrupt-20260301T120000Z", aside.where().toFile().getName());
    assertTrue(Files.exists(aside.where()));
    assertFalse(Files.exists(file().path()));
    assertEquals(0, next.size());
  }

  @Test
  void aLaterAgentMayAddToIt() throws IOException {
    write(
        HEAD
            + "\"more\":{\"a\":[1]},\"series\":[{\"kind\":\"inodes\",\"owner\":\"a\",\"points\":[]},"
            + "{\"kind\":\"layer\",\"owner\":\"a\",\"unit\":\"B\",\"points\":[[0,1,1,1]]}]}");
    assertEquals(new Restored.Loaded(1, Duration.ZERO), file().load(empty(), AT, 0));
  }

  @Test
  void noDamageIsFatal() throws IOException {
    file().save(grown(0, 3000), AT, 3000 * SECOND);
    byte[] good = Files.readAllBytes(file().path());
    Random random = new Random(5);
    for (int round = 0; round < 300; round++) {
      byte[] bad = good.clone();
      for (int flips = 0; flips <= round % 4; flips++) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      }
      int length = round % 3 == 0 ? random.nextInt(bad.length) : bad.length;
      Files.write(file().path(), Arrays.copyOf(bad, length));
      Restored restored = file().load(empty(), AT, 0);
      assertFalse(restored instanceof Restored.Failed, restored.toString());
    }
    assertTrue(corrupt().size() <= 3, () -> corrupt().toString());
  }

  @Test
  void onlyTheLastThreeAreKept() throws IOException {
    for (int i = 0; i < 6; i++) {
      write("nonsense");
      file().load(empty(), AT.plusSeconds(i), 0);
    }
    assertEquals(
        List.of(
            "histories.json.gz.corrupt-20260301T120003Z",
            "histories.json.gz.corrupt-20260301T120004Z",
            "histories.json.gz.corrupt-20260301T120005Z"),
        corrupt());
  }

  private List<String> corrupt() {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.contains("corrupt"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Some kilobytes that unpack to gigabytes are given up early. */
  @Test
  void aBombIsNotUnpacked() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write((HEAD + "\"x\":[1").getBytes(StandardCharsets.UTF_8));
      byte[] more = ",1".repeat(1 << 19).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 120; i++) {
        out.write(more);
      }
    }
    Files.write(file().path(), packed.toByteArray());
    Restored.SetAside aside =
        assertInstanceOf(Restored.SetAside.class, file().load(empty(), AT, 0));
    assertTrue(aside.why().contains("maximum allowed"), aside.why());
  }

  @Test
  void aFileThatIsFarTooLargeIsNotRead() throws IOException {
    try (var channel =
        FileChannel.open(file().path(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), 10L << 30);
    }
    Restored.SetAside aside =
        assertInstanceOf(Restored.SetAside.class, file().load(empty(), AT, 0));
    assertTrue(aside.why().contains("at most are read"), aside.why());
  }

  @Test
  void whatIsNoFileIsLeftAlone() throws IOException {
    Files.createDirectory(file().path());
    assertInstanceOf(Restored.Failed.class, file().load(empty(), AT, 0));
    assertTrue(Files.isDirectory(file().path()));
  }

  @Test
  void anUnfinishedSaveLeavesTheLastOne() throws IOException {
    file().save(grown(0, 100), AT, 100 * SECOND);
    Files.writeString(directory.resolve("histories.json.gz.new"), "half");
    assertInstanceOf(Restored.Loaded.class, file().load(empty(), AT, 0));
    file().save(grown(0, 200), AT, 200 * SECOND);
    try (Stream<Path> all = Files.list(directory)) {
      assertEquals(List.of(file().path()), all.toList());
    }
  }

  @Test
  void savingWhileFeedingIsSafe() throws Exception {
    Histories histories = empty();
    AtomicBoolean stop = new AtomicBoolean();
    Thread feeder =
        Thread.ofPlatform()
            .start(() -> {
              for (long t = 0; !stop.get(); t++) {
                histories.add(SeriesKey.layer("c" + t % 150), t * SECOND, t);
              }
            });
    for (int i = 0; i < 20; i++) {
      file().save(histories, AT, i * SECOND);
      assertInstanceOf(Restored.Loaded.class, file().load(empty(), AT, 0));
    }
    stop.set(true);
    feeder.join();
  }

  /** What the class promises of its size. */
  @Test
  void twoThousandFullHistoriesFit() throws IOException {
    Histories histories = new Histories(Duration.ofMinutes(10), Duration.ofHours(6), 2000);
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      for (int t = 0; t < 128; t++) {
        histories.add(
            SeriesKey.layer("%064x".formatted(i)), t * (160 * SECOND), random.nextLong(1L << 40));
      }
    }
    file().save(histories, AT, 30_000 * SECOND);
    assertTrue(Files.size(file().path()) < 16 << 20, () -> file().path().toFile().length() + " B");
    Histories next = new Histories(Duration.ofMinutes(10), Duration.ofHours(6), 2000);
    assertInstanceOf(Restored.Loaded.class, file().load(next, AT, 30_000 * SECOND));
    assertEquals(2000, next.size());
  }
}
