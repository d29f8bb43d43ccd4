package io.bilgewatch.fanotify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.FanotifyGroup;
import io.bilgewatch.process.ProcessOwner;
import io.bilgewatch.testing.Root;
import io.bilgewatch.testing.Sandbox;
import io.bilgewatch.testing.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On the real kernel, with a container of the test's own making. */
class WriteMarksTest {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration NOW = Duration.ofMillis(100);

  @TempDir private static Path programs;
  private static Path writes;

  @TempDir private Path directory;
  private OverlayContainer container;
  private WriteMarks marks;

  @BeforeAll
  static void compile() throws Exception {
    Root.required();
    writes = programs.resolve("writes");
    Path source = programs.resolve("writes.c");
    try (var in = WriteMarksTest.class.getResourceAsStream("/fanotify/writes.c")) {
      Files.copy(in, source);
    }
    Shell.run("gcc", "-o", writes.toString(), source.toString());
  }

  @BeforeEach
  void start() throws Exception {
    container = new OverlayContainer(directory, 'f');
    marks = present(WriteMarks.open(HostRoot.LIVE));
  }

  @AfterEach
  void end() throws IOException {
    marks.close();
    container.close();
  }

  @Test
  void whoWaitsForAWriteCanBeWokenUp() throws Exception {
    arm();
    CompletableFuture<Duration> waited =
        CompletableFuture.supplyAsync(() -> {
          long before = System.nanoTime();
          try {
            assertEquals(List.of(), marks.poll(Duration.ofMinutes(1)));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return Duration.ofNanos(System.nanoTime() - before);
        });
    Thread.sleep(100);
    marks.wake();
    assertTrue(waited.get(5, TimeUnit.SECONDS).compareTo(SOON) < 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"write", "pwritev", "fallocate", "copy_file_range", "sendfile", "splice", "mmap"})
  void eachKindOfWriteIsToldWithItsPath(String kind) throws Exception {
    container.run("mkdir -p /var/lib; echo first > /var/lib/data");
    arm();
    Shell.run(
        writes.toString(),
        kind,
        container.path("/var/lib/data").toString(),
        container.path("/etc/motd").toString());
    assertEquals(told("/var/lib/data"), marks.poll(SOON));
  }

  @ParameterizedTest
  @CsvSource({
    "echo x > /new, /new",
    "echo x >> /etc/motd, /etc/motd",
    "mkdir /d; cp /etc/motd /d/'a b', /d/a b",
    "sed -i s/i/j/ /etc/motd, /etc/motd",
  })
  void eachWayOfTheShellIsTold(String line, String path) throws Exception {
    arm();
    container.run(line);
    Written written = only(marks.poll(SOON));
    assertTrue(names(written).contains(path), written::toString);
    assertFalse(written.all());
  }

  @Test
  void aNameOfAnyBytesIsTold() throws Exception {
    arm();
    container.run("echo x > \"$(printf '/\\377\\n\\001')\"");
    KernelPath name = KernelPath.of("/\u00ff\n\u0001".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(List.of(name), only(marks.poll(SOON)).files());
  }

  @Test
  void aFileThatIsWrittenAllTheTimeHidesNoOther() throws Exception {
    Process appends =
        container.begin("sh -c 'while :; do echo line; usleep 2000; done > /busy.log'");
    try {
      for (int round = 0; round < 5; round++) {
        arm();
        Set<String> names = new TreeSet<>();
        container.run("echo x > /other" + round);
        for (int i = 0; i < 5; i++) {
          marks.poll(NOW).forEach(written -> names.addAll(names(written)));
        }
        assertEquals(Set.of("/busy.log", "/other" + round), names);
      }
    } finally {
      appends.destroyForcibly().onExit().join();
    }
  }

  @Test
  void whatWasToldIsNotToldAgainUntilItIsArmedAgain() throws Exception {
    assertFalse(arm().unbroken(), "nobody knows what was before");
    container.run("echo 1 >> /file");
    assertEquals(told("/file"), marks.poll(SOON));
    container.run("echo 2 >> /file");
    assertEquals(List.of(), marks.poll(NOW));
    assertTrue(arm().unbroken());
    container.run("echo 3 >> /file");
    assertEquals(told("/file"), marks.poll(SOON));
  }

  @Test
  void aFileThatWasRenamedSinceIsStillHeardOf() throws Exception {
    arm();
    container.run("echo 1 > /before");
    container.run("mv /before /after");
    assertEquals(told("/after"), marks.poll(SOON), "renamed before the event was read");

    container.run("mv /after /later");
    arm();
    container.run("echo 2 >> /later");
    assertEquals(told("/later"), marks.poll(SOON), "renamed while it was ignored");
  }

  @Test
  void filesThatTakeEachOthersNameAreStillHeardOf() throws Exception {
    arm();
    container.run("echo 1 > /a; echo 1 > /b");
    assertEquals(told("/a", "/b"), marks.poll(SOON));
    container.run("mv /a /c; mv /b /a; mv /c /b");
    arm();
    container.run("echo 2 >> /a; echo 2 >> /b");
    assertEquals(told("/a", "/b"), marks.poll(SOON));
  }

  @Test
  void aLogThatWasRotatedIsStillHeardOf() throws Exception {
    arm();
    container.run("echo 1 > /log");
    assertEquals(told("/log"), marks.poll(SOON));
    container.run("mv /log /log.1; echo 2 > /log");
    assertEquals(told("/log"), marks.poll(SOON), "another file of that name");
    arm();
    container.run("echo 3 >> /log.1; echo 3 >> /log");
    assertEquals(told("/log.1", "/log"), marks.poll(SOON));
  }

  @Test
  void aFileThatIsGoneAgainIsToldByItsName() throws Exception {
    arm();
    container.run("echo 1 > /tmp/scratch; rm /tmp/scratch");
    assertEquals(told("/tmp/scratch"), marks.poll(SOON));
  }

  /** What is ignored must not keep the space of a file that was removed. */
  @Test
  void aFileThatIsIgnoredGivesItsSpaceBack() throws Exception {
    arm();
    container.run("echo 1 > /big");
    assertEquals(told("/big"), marks.poll(SOON));
    container.run("dd if=/dev/zero of=/big bs=1M count=64 2>/dev/null");
    Shell.run("sync", "-f", directory.toString());
    long with = Files.getFileStore(directory).getUnallocatedSpace();
    container.run("rm /big");
    Shell.run("sync", "-f", directory.toString());
    long without = Files.getFileStore(directory).getUnallocatedSpace();
    assertTrue(without - with > 32 << 20, () -> without - with + " bytes more");
  }

  @Test
  void aWriterInAMountNamespaceOfItsOwnIsTold() throws Exception {
    arm();
    container.run("unshare -m sh -c 'echo x > /nested'");
    assertEquals(told("/nested"), marks.poll(SOON));
  }

  /** The name that another mount gives a file is none of the container's. */
  @Test
  void aNameThroughAnotherMountIsNotBelieved() throws Exception {
    container.run("mkdir /d /other; echo 1 > /d/file; mount --bind /d /other");
    arm();
    container.run("echo 2 >> /other/file");
    assertEquals(List.of(new Written(container.id, List.of(), true)), marks.poll(SOON));
  }

  @Test
  void tenThousandFilesAreAll() throws Exception {
    arm();
    container.run("mkdir /many; cd /many; seq 1 10000 | xargs touch");
    Written written = only(marks.poll(SOON));
    assertTrue(written.all());
    assertTrue(written.files().size() <= 64, () -> written.files().size() + " names");
    assertEquals(List.of(), marks.poll(NOW), "nothing more until it is armed again");
    assertFalse(arm().unbroken());
    container.run("echo x > /one-more");
    assertEquals(told("/one-more"), marks.poll(SOON));
  }

  /** What is missing then may have been anybody's. */
  @Test
  void aQueueThatIsFullIsAllOfEverybody(@TempDir Path another) throws Exception {
    // At once: the kernel gives a number of sysctl(8) to the first read alone.
    String most = KernelFile.readText(Path.of("/proc/sys/fs/fanotify/max_queued_events"));
    int files = Integer.parseInt(most.strip()) + 1;
    try (OverlayContainer quiet = new OverlayContainer(another, 'e')) {
      arm();
      present(marks.arm(quiet.id, quiet.pid()));
      container.run("mkdir /many; cd /many; seq 1 %d | xargs touch".formatted(files));
      List<Written> written = marks.poll(SOON);
      assertTrue(written.contains(new Written(quiet.id, List.of(), true)), written::toString);
      assertEquals(2, written.size());
      assertFalse(present(marks.arm(quiet.id, quiet.pid())).unbroken());
      quiet.run("echo x > /file");
      assertEquals(
          List.of(new Written(quiet.id, List.of(KernelPath.of("/file")), false)), marks.poll(SOON));
    }
  }

  @Test
  void aFileThatIsReplacedOnAndOnIsAll() throws Exception {
    arm();
    Process replaces = container.begin("sh -c 'while :; do echo > /t; mv /t /f; done'");
    try {
      boolean all = false;
      for (int i = 0; i < 50 && !all; i++) {
        all = marks.poll(NOW).stream().anyMatch(Written::all);
      }
      assertTrue(all);
    } finally {
      replaces.destroyForcibly().onExit().join();
    }
  }

  @Test
  @Timeout(60)
  void aWriterAtFullSpeedIsWatchedNoMoreThanForAMoment() throws Exception {
    Process flood =
        new ProcessBuilder(writes.toString(), "flood", container.path("/flood").toString()).start();
    try {
      // On a busy machine it may not get its full speed at once.
      int rounds = 0;
      do {
        arm();
        Written written = only(marks.poll(SOON));
        assertEquals(Set.of("/flood"), names(written));
        rounds = written.all() ? rounds + 1 : 0;
      } while (rounds < 2);
      assertFalse(arm().unbroken());
    } finally {
      flood.destroyForcibly().onExit().join();
    }
    marks.poll(NOW);
    arm();
    container.run("echo x > /calm");
    assertEquals(told("/calm"), marks.poll(SOON), "its time is over");
  }

  /** It was told when it was slow, and would be ignored for as long as nobody arms. */
  @Test
  @Timeout(60)
  void aWriterThatBecomesFastLaterIsLetGoAsWell() throws Exception {
    arm();
    Process flood =
        new ProcessBuilder(writes.toString(), "late", container.path("/late").toString()).start();
    try {
      assertEquals(told("/late"), marks.poll(SOON));
      List<Written> written = List.of();
      while (written.isEmpty()) {
        written = marks.poll(NOW);
      }
      assertEquals(List.of(new Written(container.id, List.of(), true)), written);
    } finally {
      flood.destroyForcibly().onExit().join();
    }
  }

  /** Opening it for an event must not wait for its other end. */
  @Test
  void whatIsWrittenIntoANamedPipeIsNobodysBusiness() throws Exception {
    container.run("mkfifo /pipe");
    arm();
    container.run("cat /pipe > /dev/null & echo x > /pipe; wait");
    assertEquals(List.of(), marks.poll(NOW));
    container.run("echo x > /file");
    assertEquals(told("/file"), marks.poll(SOON));
  }

  @Test
  void disarmedItTellsNothing() throws Exception {
    arm();
    marks.disarm(container.id);
    marks.disarm("never armed");
    container.run("echo x > /file");
    assertEquals(List.of(), marks.poll(NOW));
    assertFalse(arm().unbroken());
    container.run("echo x >> /file");
    assertEquals(told("/file"), marks.poll(SOON));
  }

  @Test
  void eachOfTwoContainersHasItsOwn(@TempDir Path another) throws Exception {
    try (OverlayContainer second = new OverlayContainer(another, 'e')) {
      arm();
      present(marks.arm(second.id, second.pid()));
      second.run("echo x > /hers");
      assertEquals(
          List.of(new Written(second.id, List.of(KernelPath.of("/hers")), false)),
          marks.poll(SOON));
      container.run("echo x > /his");
      assertEquals(told("/his"), marks.poll(SOON));
    }
  }

  /** As where the numbers of one that is gone were given to the next. */
  @Test
  void ofTwoThatClaimOneOverlayTheLatestHasIt() throws Exception {
    Iterator<String> names = List.of("a", "b", "a").iterator();
    Owners owners = _ -> new ProcessOwner.OfContainer(names.next());
    try (WriteMarks shared =
        new WriteMarks(
            HostRoot.LIVE,
            FanotifyGroup.open(),
            owners,
            new WriterRates(HostRoot.LIVE),
            Duration.ofMillis(50))) {
      present(shared.arm("a", container.pid()));
      present(shared.arm("b", container.pid()));
      assertEquals(List.of(new Written("a", List.of(), true)), shared.poll(NOW));
      assertFalse(present(shared.arm("a", container.pid())).unbroken());
      assertEquals(List.of(new Written("b", List.of(), true)), shared.poll(NOW));
      container.run("echo x > /file");
      assertEquals(
          List.of(new Written("a", List.of(KernelPath.of("/file")), false)), shared.poll(SOON));
    }
  }

  @Test
  void onlyAnOverlayOfTheContainersOwnIsMarked(@TempDir Path another) throws Exception {
    assertInstanceOf(
        Reading.Missing.class, marks.arm("0".repeat(64), container.pid()), "another container's");
    int own = (int) ProcessHandle.current().pid();
    assertInstanceOf(Reading.Missing.class, marks.arm(container.id, own), "not in a container");
    try (Sandbox tmpfs = Sandbox.start(another.resolve("root"), ":")) {
      assertEquals(
          Reading.Cause.NOT_APPLICABLE, cause(marks.arm(container.id, tmpfs.pid())), "no overlay");
    }
    assertEquals(Reading.Cause.VANISHED, cause(marks.arm(container.id, 0x3ffffff)));
  }

  /** An event that nobody reads would keep the overlay mounted. */
  @Test
  void itEndsAndStartsAgainWhileItIsWrittenTo() throws Exception {
    long before = complaints();
    Thread poller = Thread.ofPlatform().daemon().start(this::pollOn);
    for (int round = 0; round < 10; round++) {
      present(marks.arm(container.id, container.pid()));
      container.run("for i in $(seq 1 100); do echo x > /tmp/$i; done");
      container.stop();
      container.start();
    }
    present(marks.arm(container.id, container.pid()));
    assertEquals(before, complaints());
    marks.close();
    poller.join(5000);
    assertFalse(poller.isAlive());
  }

  private void pollOn() {
    try {
      while (true) {
        marks.poll(NOW);
      }
    } catch (IOException _) {
      // Closed: the test is over.
    }
  }

  private static long complaints() throws IOException, InterruptedException {
    return Shell.run("dmesg").lines().filter(line -> line.contains("is in-use as")).count();
  }

  @Test
  void afterARestartTheNextStartIsMarked() throws Exception {
    arm();
    container.stop();
    container.start();
    assertFalse(arm().unbroken());
    container.run("echo x > /new");
    assertEquals(told("/new"), marks.poll(SOON));
  }

  @Test
  void nothingLeaks() throws Exception {
    round(0);
    long before = descriptors();
    for (int i = 1; i <= 200; i++) {
      round(i);
    }
    assertEquals(before, descriptors());
  }

  private void round(int number) throws Exception {
    arm();
    Path file = container.path("/file" + number % 40);
    Files.writeString(file, "text");
    marks.poll(SOON);
    if (number % 10 == 0) {
      marks.disarm(container.id);
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  @Test
  void closedItSaysSo() throws Exception {
    arm();
    marks.close();
    marks.close();
    assertThrows(IOException.class, () -> marks.poll(NOW));
    assertInstanceOf(Reading.Missing.class, marks.arm(container.id, container.pid()));
    marks.disarm(container.id);
  }

  private Armed arm() {
    return present(marks.arm(container.id, container.pid()));
  }

  private List<Written> told(String... paths) {
    List<KernelPath> files = Stream.of(paths).map(KernelPath::of).toList();
    return List.of(new Written(container.id, files, false));
  }

  private static Written only(List<Written> written) {
    assertEquals(1, written.size(), written::toString);
    return written.getFirst();
  }

  private static Set<String> names(Written written) {
    return written.files().stream()
        .map(KernelPath::toString)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static <T> Reading.Cause cause(Reading<T> reading) {
    return ((Reading.Missing<T>) reading).cause();
  }

  private static <T> T present(Reading<T> reading) {
    return switch (reading) {
      case Reading.Present<T>(T value) -> value;
      case Reading.Missing<T> missing -> throw new AssertionError(missing);
    };
  }
}
