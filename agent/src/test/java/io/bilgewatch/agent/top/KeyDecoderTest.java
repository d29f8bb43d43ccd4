package io.bilgewatch.agent.top;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyDecoderTest {
  private static final String ALL =
      "q\u001b[A\u001bOB\u001b[5~\u001b[6;5~\u001b[1;2C\u001b[15~\u001b[[A\u001b[Hé\u001b[F日"
          + "\r\u007f\u0003\u001a\u000c\u001b[200~\u0015";

  private static final List<Key> KEYS =
      List.of(
          new Key.Typed('q'),
          Key.Named.UP,
          Key.Named.DOWN,
          Key.Named.PAGE_UP,
          Key.Named.PAGE_DOWN,
          Key.Named.HOME,
          new Key.Typed('é'),
          Key.Named.END,
          new Key.Typed('日'),
          Key.Named.ENTER,
          Key.Named.BACKSPACE,
          Key.Named.INTERRUPT,
          Key.Named.SUSPEND,
          Key.Named.REDRAW,
          Key.Named.CLEAR);

  private final KeyDecoder decoder = new KeyDecoder();

  @Test
  void knowsWhatTerminalsSend() {
    assertEquals(KEYS, decoder.take(ALL.getBytes(UTF_8)));
    assertFalse(decoder.isPending());
  }

  @Test
  void piecesAreTheSameAsTheWhole() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      byte[] bytes = ALL.getBytes(UTF_8);
      List<Key> keys = new ArrayList<>();
      int from = 0;
      while (from < bytes.length) {
        int to = Math.min(bytes.length, from + 1 + random.nextInt(4));
        keys.addAll(decoder.take(java.util.Arrays.copyOfRange(bytes, from, to)));
        from = to;
      }
      assertEquals(KEYS, keys, "seed " + seed);
    }
  }

  @Test
  void escapeAloneIsAKeyOnceNothingFollows() {
    assertEquals(List.of(), decoder.take(new byte[] {0x1b}));
    assertTrue(decoder.isPending());
    assertEquals(List.of(Key.Named.ESCAPE), decoder.end());
    assertEquals(List.of(), decoder.end());
    assertEquals(
        List.of(Key.Named.ESCAPE, new Key.Typed('q')), decoder.take("\u001bq".getBytes(UTF_8)));
  }

  @Test
  void whatNeverEndsIsForgotten() {
    decoder.take(("\u001b[" + "1;".repeat(100)).getBytes(UTF_8));
    assertFalse(decoder.isPending());
    assertEquals(List.of(new Key.Typed('s')), decoder.take("s".getBytes(UTF_8)));
  }

  @Test
  void anyBytesAreSurvived() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(8)];
      random.nextBytes(bytes);
      decoder.take(bytes);
      if (random.nextInt(5) == 0) {
        decoder.end();
      }
    }
  }
}
