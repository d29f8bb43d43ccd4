package io.bilgewatch.containerlog;

import static io.bilgewatch.containerlog.LogFiles.append;
import static io.bilgewatch.containerlog.LogFiles.compress;
import static io.bilgewatch.containerlog.LogFiles.json;
import static io.bilgewatch.containerlog.LogFiles.local;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.docker.LogFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real files, treated as the engine treats them. */
class LogFollowerTest {
  private static final long ALL = 1L << 40;
  @TempDir Path directory;
  private final LogBuffers buffers = new LogBuffers();
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("x-json.log");
  }

  @AfterEach
  void close() {
    buffers.close();
  }

  private LogFollower follow(boolean fromBeginning) {
    return new LogFollower(new LogFile(file, LogFile.Format.JSON_LINES), fromBeginning);
  }

  private List<String> read(LogFollower follower, long granted) throws IOException {
    List<String> lines = new ArrayList<>();
    if (follower.look(buffers, Instant.now()) > 0) {
      follower.read(
          buffers, granted, (text, length, time) -> lines.add(new String(text, 0, length, UTF_8)));
    }
    return lines;
  }

  private List<String> read(LogFollower follower) throws IOException {
    return read(follower, ALL);
  }

  private void rotate(int files) throws IOException {
    for (int n = files - 1; n > 0; n--) {
      for (String ending : List.of("", ".gz")) {
        Path from = directory.resolve("x-json.log." + n + ending);
        if (Files.exists(from)) {
          Files.move(from, directory.resolve("x-json.log." + (n + 1) + ending), REPLACE_EXISTING);
        }
      }
    }
    Files.move(file, directory.resolve("x-json.log.1"));
    Files.createFile(file);
  }

  @Test
  void startsAtTheEnd() throws IOException {
    append(file, json("old\n"));
    LogFollower follower = follow(false);
    assertEquals(List.of(), read(follower));
    append(file, json("new\n"));
    assertEquals(List.of("new"), read(follower));
    assertEquals(List.of(), read(follower));
    assertEquals(0, follower.takeSkippedBytes());
  }

  @Test
  void aFileThatIsMadeLaterIsReadFromItsBeginning() throws IOException {
    LogFollower follower = follow(false);
    assertEquals(List.of(), read(follower));
    append(file, json("first\n"));
    assertEquals(List.of("first"), read(follower));
  }

  /** The file is not even opened then. */
  @Test
  void aLogThatStaysAsItIsIsKnownToBeAndTheNextLineIsRead() throws IOException {
    for (String old : List.of("", "old\n")) {
      Files.deleteIfExists(file);
      Files.createFile(file);
      if (!old.isEmpty()) {
        append(file, json(old));
      }
      LogFollower follower = follow(false);
      read(follower);
      assertFalse(follower.isUnchanged(), "the first look opens it");
      for (int i = 0; i < 3; i++) {
        assertEquals(List.of(), read(follower));
        assertTrue(follower.isUnchanged());
      }
      append(file, json("new\n"));
      assertEquals(List.of("new"), read(follower));
      assertFalse(follower.isUnchanged());
      assertEquals(List.of(), read(follower));
      assertTrue(follower.isUnchanged());
      rotate(2);
      append(file, json("rotated\n"));
      assertEquals(List.of("rotated"), read(follower));
      Files.delete(file);
      assertEquals(List.of(), read(follower));
      assertFalse(follower.isUnchanged(), "it is gone");
      Files.delete(directory.resolve("x-json.log.1"));
    }
  }

  @Test
  void aContainerThatIsNewIsReadFromItsBeginning() throws IOException {
    append(file, json("first\n"), json("second\n"));
    assertEquals(List.of("first", "second"), read(follow(true)));
  }

  @Test
  void aRowThatIsBeingWrittenIsReadOnceItIsWhole() throws IOException {
    LogFollower follower = follow(true);
    byte[] row = json("whole\n");
    append(file, java.util.Arrays.copyOf(row, 10));
    assertEquals(List.of(), read(follower));
    assertEquals(List.of(), read(follower));
    append(file, java.util.Arrays.copyOfRange(row, 10, row.length));
    assertEquals(List.of("whole"), read(follower));
    assertEquals(0, follower.takeMalformedRows());
  }

  @Test
  void aStartInTheMiddleOfARowIsNoError() throws IOException {
    byte[] row = json("cut\n");
    append(file, java.util.Arrays.copyOf(row, 10));
    LogFollower follower = follow(false);
    read(follower);
    append(file, java.util.Arrays.copyOfRange(row, 10, row.length), json("next\n"));
    assertEquals(List.of("next"), read(follower));
    assertEquals(0, follower.takeMalformedRows());
  }

  @Test
  void whatWasNotReadOfARenamedFileIsReadToItsEnd() throws IOException {
    append(file, json("0\n"));
    LogFollower follower = follow(true);
    assertEquals(List.of("0"), read(follower));
    append(file, json("1\n"));
    rotate(3);
    append(file, json("2\n"));
    assertEquals(List.of("1", "2"), read(follower));
    append(file, json("3\n"));
    assertEquals(List.of("3"), read(follower));
    assertEquals(0, follower.takeSkippedBytes());
  }

  @Test
  void severalRotationsBetweenTwoLooksLoseNothing() throws IOException {
    append(file, json("0\n"));
    LogFollower follower = follow(true);
    read(follower);
    append(file, json("1\n"));
    rotate(5);
    append(file, json("2\n"));
    rotate(5);
    append(file, json("3\n"));
    rotate(5);
    append(file, json("4\n"));
    assertEquals(List.of("1", "2", "3", "4"), read(follower));
  }

  @Test
  void aRotatedFileThatIsCompressedAlreadyIsInflated() throws IOException {
    append(file, json("0\n"));
    LogFollower follower = follow(true);
    read(follower);
    append(file, json("1\n"));
    rotate(5);
    compress(directory.resolve("x-json.log.1"));
    append(file, json("2\n"));
    rotate(5);
    compress(directory.resolve("x-json.log.1"));
    append(file, json("3\n"));
    assertEquals(List.of("1", "2", "3"), read(follower));
    assertEquals(0, follower.takeSkippedBytes());
  }

  @Test
  void aGzipFileThatIsNoneIsLossAndNoError() throws IOException {
    append(file, json("0\n"));
    LogFollower follower = follow(true);
    read(follower);
    byte[] lost = json("1\n");
    append(file, lost);
    follower.look(buffers, Instant.now());
    rotate(5);
    Files.delete(directory.resolve("x-json.log.1"));
    Files.write(directory.resolve("x-json.log.1.gz"), new byte[1000]);
    append(file, json("2\n"));
    assertEquals(List.of("2"), read(follower));
  }

  @Test
  void aTruncatedFileIsReadFromItsBeginning() throws IOException {
    append(file, json("a long row before\n"), json("and another\n"));
    LogFollower follower = follow(true);
    read(follower);
    truncate();
    append(file, json("1\n"));
    assertEquals(List.of("1"), read(follower));
  }

  @Test
  void aFileThatWasTruncatedAndOutgrewItsOldSizeIsReadFromItsBeginning() throws IOException {
    append(file, json("x\n"));
    LogFollower follower = follow(true);
    read(follower);
    truncate();
    append(file, json("y\n"), json("z\n"));
    assertEquals(List.of("y", "z"), read(follower));
  }

  private void truncate() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }

  @Test
  void whatIsOverTheGrantIsSkippedAndCounted() throws IOException {
    append(file, json("begun ").clone());
    LogFollower follower = follow(true);
    read(follower);
    long total = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] row = json("row " + i + "\n");
      append(file, row);
      total += row.length;
    }
    List<String> lines = read(follower, 10_000);
    assertEquals("row 9999", lines.getLast());
    assertTrue(lines.size() > 50 && lines.size() < 200, "" + lines.size());
    long read = lines.stream().mapToLong(line -> json(line + "\n").length).sum();
    assertEquals(total - read, follower.takeSkippedBytes());
    assertEquals(0, follower.takeMalformedRows());
  }

  @Test
  void entriesThatAreOverTheGrantAreSkippedAndTheNextFound() throws IOException {
    file = directory.resolve("container.log");
    LogFollower follower = new LogFollower(new LogFile(file, LogFile.Format.LOCAL_ENTRIES), true);
    append(file, local("first"));
    assertEquals(List.of("first"), read(follower));
    for (int i = 0; i < 2_000; i++) {
      append(file, local("entry " + i + "y".repeat(700)));
    }
    List<String> lines = read(follower, 600_000);
    assertTrue(lines.getLast().startsWith("entry 1999"), lines.getLast());
    assertTrue(lines.size() > 150, "" + lines.size());
    assertTrue(follower.takeSkippedBytes() > 700_000);
    append(file, local("after"));
    assertEquals(List.of("after"), read(follower));
    assertEquals(0, follower.takeMalformedRows());
  }

  @Test
  void aLongLineOfEntriesIsOne() throws IOException {
    file = directory.resolve("container.log");
    LogFollower follower = new LogFollower(new LogFile(file, LogFile.Format.LOCAL_ENTRIES), true);
    byte[] piece = "z".repeat(16 << 10).getBytes(UTF_8);
    append(file, local(piece, "stdout", true, false), local(piece, "stdout", true, false));
    assertEquals(List.of(), read(follower));
    append(file, local("end".getBytes(UTF_8), "stdout", true, true), local("next"));
    List<String> lines = read(follower);
    assertEquals(2, lines.size());
    assertEquals(2 * (16 << 10) + 3, lines.getFirst().length());
    assertEquals("next", lines.getLast());
  }

  @Test
  void anInodeThatIsUsedAgainIsNoTruncation() throws IOException {
    append(file, json("a row that is long\n"), json("and one more\n"));
    LogFollower follower = follow(true);
    read(follower);
    append(file, json("1\n"));
    rotate(5);
    compress(directory.resolve("x-json.log.1"));
    append(file, json("2\n"));
    rotate(5);
    append(file, json("3\n"));
    assertEquals(List.of("1", "2", "3"), read(follower));
  }

  @Test
  void garbageIsCountedAndPassed() throws IOException {
    LogFollower follower = follow(true);
    append(file, "garbage\n".getBytes(UTF_8), new byte[3000], json("behind nul\n"));
    append(file, "\"".repeat(400_000).getBytes(UTF_8), "\n".getBytes(UTF_8), json("good\n"));
    assertEquals(List.of("behind nul", "good"), read(follower));
    assertTrue(follower.takeMalformedRows() >= 2);
  }

  @Test
  void entriesAmongGarbageAreFoundAgain() throws IOException {
    file = directory.resolve("container.log");
    LogFollower follower = new LogFollower(new LogFile(file, LogFile.Format.LOCAL_ENTRIES), true);
    append(file, local("one"), new byte[] {-1, -1, -1, -1, 9}, local("two"), local("three"));
    assertEquals(List.of("one", "two", "three"), read(follower));
    assertEquals(1, follower.takeMalformedRows());
  }

  @Test
  void linksAndPipesAreNotRead() throws Exception {
    Path secret = directory.resolve("secret");
    append(secret, json("secret\n"));
    Files.createSymbolicLink(file, secret);
    assertThrows(IOException.class, () -> follow(true).look(buffers, Instant.now()));
    Files.delete(file);
    assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
    assertThrows(IOException.class, () -> follow(true).look(buffers, Instant.now()));
  }

  @Test
  void aLineWithoutAnEndIsOneOnceNothingMoreComes() throws IOException {
    LogFollower follower = follow(true);
    append(file, json("died"));
    assertEquals(List.of(), read(follower));
    List<String> lines = new ArrayList<>();
    follower.flush((text, length, time) -> lines.add(new String(text, 0, length, UTF_8)));
    assertEquals(List.of("died"), lines);
  }

  @Test
  void holdsNoFileOpen() throws IOException {
    append(file, json("x\n"));
    LogFollower follower = follow(true);
    read(follower);
    long before = descriptors();
    for (int i = 0; i < 200; i++) {
      append(file, json("x\n"));
      read(follower);
      if (i % 20 == 0) {
        rotate(3);
      }
    }
    assertEquals(before, descriptors());
  }

  private static long descriptors() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }
}
