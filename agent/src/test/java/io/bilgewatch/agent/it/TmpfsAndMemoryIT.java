package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.PrivateEngine;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** tmpfs mounts of many shapes: each figure is what df inside the container says. */
class TmpfsAndMemoryIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final long MIB = 1 << 20;

  /** A container with one tmpfs of its own. */
  private record Shape(String name, String path, boolean bounded, List<String> options) {
    Shape(String name, String path, boolean bounded, String... options) {
      this(name, path, bounded, List.of(options));
    }
  }

  private static final List<Shape> SHAPES =
      List.of(
          new Shape("bounded", "/scratch", true, "--tmpfs=/scratch:size=16m"),
          new Shape("unbounded", "/scratch", false, "--tmpfs=/scratch"),
          new Shape("bounded-by-percent", "/scratch", true, "--tmpfs=/scratch:size=1%"),
          new Shape("few-inodes", "/scratch", false, "--tmpfs=/scratch:nr_inodes=100"),
          new Shape("any-inodes", "/scratch", true, "--tmpfs=/scratch:size=1m,nr_inodes=0"),
          new Shape("shm-size", "/dev/shm", true, "--shm-size=32m", "--ipc=shareable"),
          new Shape("not-root", "/scratch", true, "--user=1000", "--tmpfs=/scratch:size=2m"),
          new Shape("its-own-700", "/own", true, "--tmpfs=/own:size=3m,mode=700,uid=1000"),
          new Shape("below-700", "/home/app/in", true, "--tmpfs=/home/app/in:size=3m"),
          new Shape("a-blank", "/my scratch", true, "--tmpfs=/my scratch:size=1m"),
          new Shape(
              "mount-option",
              "/scratch",
              true,
              "--mount=type=tmpfs,dst=/scratch,tmpfs-size=5242880"),
          new Shape("sealed", "/tmp", true, "--read-only", "--tmpfs=/tmp:size=4m,mode=1777"));

  private static TestAgent agent;

  @BeforeAll
  static void start() {
    for (Shape shape : SHAPES) {
      ENGINE.idle(shape.name(), shape.options().toArray(String[]::new));
      ENGINE.exec(
          shape.name(),
          "cd '%s'; mkdir d; touch d/1 d/2; head -c 123456 /dev/zero > d/3"
              .formatted(shape.path()));
    }
    ENGINE.exec("below-700", "chmod 700 /home/app");
    ENGINE.idle("shares-it", "--ipc=container:shm-size");
    ENGINE.idle("read-only-tmpfs", "--tmpfs=/seen:ro,size=4m");
    ENGINE.idle("size-0", "--tmpfs=/endless:size=0");
    agent = TestAgent.watching(ENGINE.dataRoot());
    agent.scrapeWhen(
        "the last container's tmpfs is there",
        scrape -> scrape.of("bilgewatch_tmpfs_bounded", "size-0", path("/endless")).isPresent());
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  private static String path(String path) {
    return "path=\"" + path + "\"";
  }

  private static Stream<String> names() {
    return Stream.concat(
        SHAPES.stream().map(Shape::name), Stream.of("shares-it", "read-only-tmpfs"));
  }

  private static Set<String> paths(Scrape scrape, String name) {
    return Sample.of(scrape, "bilgewatch_tmpfs_bounded", name).stream()
        .map(sample -> sample.label("path"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @TestFactory
  Stream<DynamicTest> everyTmpfsIsWhatDfInTheContainerSays() {
    Scrape scrape = agent.scrape();
    return names().map(name -> DynamicTest.dynamicTest(name, () -> agreesWithDf(scrape, name)));
  }

  private static void agreesWithDf(Scrape scrape, String name) {
    Set<String> expected =
        KernelTruth.of(ENGINE, name)
            .tmpfs()
            .map(mount -> mount.point().replace("\\040", " "))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(expected, paths(scrape, name));
    for (String path : expected) {
      long[] bytes = df(name, "-k", path);
      long[] inodes = df(name, "-i", path);
      assertEquals(bytes[0] * 1024, value(scrape, "size_bytes", name, path), path);
      assertEquals(bytes[1] * 1024, value(scrape, "used_bytes", name, path), path);
      if (inodes[0] > 0) {
        assertEquals(inodes[0], value(scrape, "inodes", name, path), path);
        assertEquals(inodes[1], value(scrape, "inodes_used", name, path), path);
      } else {
        assertFalse(scrape.of("bilgewatch_tmpfs_inodes", name, path(path)).isPresent(), path);
        assertFalse(scrape.of("bilgewatch_tmpfs_inodes_used", name, path(path)).isPresent(), path);
      }
    }
  }

  /** Total and used, as busybox prints them. */
  private static long[] df(String name, String unit, String path) {
    String text = ENGINE.exec(name, "df %s '%s'".formatted(unit, path));
    Matcher figures = Pattern.compile("\\s(\\d+)\\s+(\\d+)\\s+\\d+\\s+\\d+%").matcher(text);
    assertTrue(figures.find(), text);
    return new long[] {Long.parseLong(figures.group(1)), Long.parseLong(figures.group(2))};
  }

  private static long value(Scrape scrape, String figure, String name, String path) {
    return scrape.value("bilgewatch_tmpfs_" + figure, name, path(path));
  }

  @TestFactory
  Stream<DynamicTest> aTmpfsIsBoundedWhereSomebodyGaveItASize() {
    Scrape scrape = agent.scrape();
    return SHAPES.stream()
        .map(shape ->
            DynamicTest.dynamicTest(
                shape.name(),
                () ->
                    assertEquals(
                        shape.bounded() ? 1 : 0,
                        value(scrape, "bounded", shape.name(), shape.path()))));
  }

  @Test
  void aSizeOfZeroIsNoBoundAndNoFigure() {
    Scrape scrape = agent.scrape();
    String endless = path("/endless");
    assertFalse(scrape.of("bilgewatch_tmpfs_size_bytes", "size-0", endless).isPresent());
    assertFalse(scrape.of("bilgewatch_tmpfs_used_bytes", "size-0", endless).isPresent());
    assertEquals(0, scrape.value("bilgewatch_tmpfs_bounded", "size-0", endless));
    assertEquals(1, scrape.value("bilgewatch_tmpfs_inodes_used", "size-0", endless));
    assertEquals(
        Double.POSITIVE_INFINITY,
        scrape.of("bilgewatch_tmpfs_oom_risk_ratio", "size-0").orElseThrow());
  }

  @Test
  void twoContainersThatShareMemoryShowTheSameTmpfs() {
    Scrape scrape = agent.scrape();
    long used = value(scrape, "used_bytes", "shm-size", "/dev/shm");
    assertTrue(used >= 123456, "used: " + used);
    assertEquals(used, value(scrape, "used_bytes", "shares-it", "/dev/shm"));
  }

  @Test
  void thirtyMebibytesShowWithinTwoSecondsAndSoDoesTheirRemoval() {
    long before = value(agent.scrape(), "used_bytes", "unbounded", "/scratch");
    ENGINE.exec("unbounded", "head -c 31457280 /dev/zero > /scratch/thirty");
    Duration came = awaitUsed(before + 30 * MIB);
    ENGINE.exec("unbounded", "rm /scratch/thirty");
    Duration went = awaitUsed(before);
    System.out.printf(
        "30 MiB in a tmpfs: seen after %d ms, gone after %d ms%n",
        came.toMillis(), went.toMillis());
  }

  private static Duration awaitUsed(long bytes) {
    return Await.until(
        "used bytes are " + bytes,
        Duration.ofSeconds(2),
        () -> value(agent.scrape(), "used_bytes", "unbounded", "/scratch") == bytes);
  }
}
