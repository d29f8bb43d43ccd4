package io.bilgewatch.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelTypesTest {
  @TempDir private Path directory;

  @Test
  void pathsAreBytes() {
    byte[] odd = {'/', (byte) 0xff, '\n', (byte) 0xc3, (byte) 0xa9};
    KernelPath path = KernelPath.of(odd);
    odd[0] = 'x';
    assertEquals("/\\xff\\x0aé", path.toString());
    assertArrayEquals(new byte[] {'/', (byte) 0xff, '\n', (byte) 0xc3, (byte) 0xa9}, path.bytes());
    assertNotEquals(path, KernelPath.of("/\\xff\\x0aé"), "what is shown is not what is compared");
    assertEquals(6, path.terminated().length);
    assertEquals(0, path.terminated()[5]);
    assertTrue(path.isAbsolute());
    assertFalse(KernelPath.of("").isAbsolute());
    assertTrue(KernelPath.of("a").compareTo(KernelPath.of(new byte[] {(byte) 0xff})) < 0);
  }

  @Test
  void pathsBelowDirectories() {
    assertTrue(KernelPath.of("/a/b").isAtOrBelow(KernelPath.of("/a")));
    assertTrue(KernelPath.of("/a").isAtOrBelow(KernelPath.of("/a")));
    assertTrue(KernelPath.of("/a").isAtOrBelow(KernelPath.of("/")));
    assertFalse(KernelPath.of("/ab").isAtOrBelow(KernelPath.of("/a")));
    assertFalse(KernelPath.of("/").isAtOrBelow(KernelPath.of("/a")));
    assertEquals(KernelPath.of("/a/b"), KernelPath.of("/a").resolve(KernelPath.of("b")));
    assertEquals(KernelPath.of("/b"), KernelPath.of("/").resolve(KernelPath.of("b")));
  }

  @Test
  void whatIsShownIsAlwaysValidTextThatLeadsBack() {
    Random random = new Random(20_260_103);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      String shown = KernelPath.of(bytes).toString();
      assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(shown), shown);
      assertTrue(shown.chars().noneMatch(c -> c < 0x20 || c == 0x7f), shown);
      if (!shown.contains("\\")) {
        assertArrayEquals(bytes, shown.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void theTighterLimit() {
    Limit ten = Limit.bytes(10);
    assertEquals(ten, ten.tighter(Limit.unlimited()));
    assertEquals(ten, Limit.unlimited().tighter(ten));
    assertEquals(ten, ten.tighter(Limit.bytes(11)));
    assertEquals(ten, Limit.bytes(11).tighter(ten));
    assertEquals(Limit.unlimited(), Limit.unlimited().tighter(Limit.unlimited()));
    assertThrows(IllegalArgumentException.class, () -> Limit.bytes(-1));
  }

  @Test
  void errorsBecomeReasons() {
    assertEquals(Reading.Cause.VANISHED, cause(new NoSuchFileException("/proc/1")));
    assertEquals(Reading.Cause.NOT_PERMITTED, cause(new AccessDeniedException("/proc/1")));
    assertEquals(Reading.Cause.VANISHED, cause(new IOException("No such process")));
    assertEquals(
        Reading.Cause.NOT_PERMITTED,
        cause(new FileSystemException("x", null, "Operation not permitted")));
    assertEquals(Reading.Cause.FAILED, cause(new IOException("Input/output error")));
    assertEquals(
        Reading.Cause.MALFORMED, cause(new Malformed("x", 0, "a number", new byte[] {'y'})));
  }

  @Test
  void aNameIsNoReason() {
    assertEquals(
        Reading.Cause.FAILED,
        cause(new FileSystemException("/x/Permission denied", null, "Input/output error")));
    assertEquals(Reading.Cause.FAILED, cause(new IOException("/No such process: torn")));
    assertEquals(Reading.Cause.FAILED, cause(new IOException((String) null)));
  }

  @Test
  void readingsMapAndTellWhatIsThere() {
    Reading<Integer> present = Reading.of(4);
    assertEquals(Reading.of(8), present.map(value -> value * 2));
    assertEquals(Optional.of(4), present.optional());
    Reading<Integer> missing = Reading.notApplicable("stopped");
    assertEquals(missing, missing.map(value -> value * 2));
    assertEquals(Optional.empty(), missing.optional());
    assertThrows(NullPointerException.class, () -> Reading.of(null));
  }

  @Test
  void filesAreReadWholeWhateverSizeTheyClaim() throws IOException {
    byte[] large = new byte[3 << 20];
    new Random(1).nextBytes(large);
    Path file = Files.write(directory.resolve("large"), large);
    assertArrayEquals(large, KernelFile.read(file));
    assertArrayEquals(large, KernelFile.read(file, large.length));
    assertThrows(IOException.class, () -> KernelFile.read(file, large.length - 1));
    assertArrayEquals(
        Files.readAllBytes(Path.of("/proc/self/limits")),
        KernelFile.read(Path.of("/proc/self/limits")));
    Path empty = Files.write(directory.resolve("empty"), new byte[0]);
    assertEquals(0, KernelFile.read(empty).length);
    assertEquals("a", KernelFile.readText(Files.writeString(directory.resolve("a"), "a")));
  }

  @Test
  void evidenceIsShortAndPrintable() {
    byte[] text = new byte[1000];
    Arrays.fill(text, (byte) 'x');
    text[500] = 0;
    String message = new Malformed("source", 500, "a number", text).getMessage();
    assertEquals(
        "source: at byte 500 expected a number, found \"\\x00" + "x".repeat(39) + "\"", message);
    assertTrue(new Malformed("s", 5000, "more", text).getMessage().endsWith("found \"\""));
  }

  @Test
  void theHostsTreeSeenFromAContainer() {
    HostRoot host = new HostRoot(Path.of("/host"));
    assertEquals(Path.of("/host/proc/7/root"), host.process(7, "root"));
    assertEquals(Path.of("/host/data/docker"), host.host(Path.of("/data/docker")));
    assertEquals(Path.of("/data/docker"), host.asHostNames(Path.of("/host/data/docker")));
    assertFalse(host.isLive());
    assertTrue(HostRoot.LIVE.isLive());
    assertEquals(Path.of("/data"), HostRoot.LIVE.host(Path.of("/data")));
  }

  @Test
  void aCursorTellsWhereALineEnds() throws Malformed {
    byte[] text = "12 x  y\n99".getBytes(StandardCharsets.US_ASCII);
    Cursor cursor = new Cursor("line", text, 0, 7);
    assertEquals(12, cursor.next("a number").integer("a number"));
    assertTrue(cursor.next("x").is('x'));
    cursor.next("an empty field");
    assertEquals(cursor.from(), cursor.to());
    assertTrue(cursor.next("y").is('y'));
    Malformed error = assertThrows(Malformed.class, () -> cursor.next("a fifth field"));
    assertTrue(error.getMessage().contains("expected a fifth field"), error.getMessage());
    assertThrows(Malformed.class, () -> cursor.rest("more"));
  }

  private static Reading.Cause cause(IOException error) {
    return assertInstanceOf(Reading.Missing.class, Reading.failed(error)).cause();
  }
}
