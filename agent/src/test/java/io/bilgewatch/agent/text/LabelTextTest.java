package io.bilgewatch.agent.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LabelTextTest {
  private static final LabelText TEXT = new LabelText(256);

  @Test
  void plainTextIsLeftAlone() {
    String plain = "/var/lib/bilgewatch";
    assertSame(plain, TEXT.of(plain));
    assertEquals("/var/lib/größe", TEXT.of("/var/lib/größe"));
  }

  @Test
  void whatCouldBreakALineOrTheEncodingIsShown() {
    assertEquals("a\\nb\\u001B[2J", TEXT.of("a\nb\u001b[2J"));
    assertEquals("a\\uD800b", TEXT.of("a\ud800b"));
    assertEquals("a\\uDC00", TEXT.of("a\udc00"));
    assertEquals("\\u202Etxt.exe", TEXT.of("\u202etxt.exe"));
    assertEquals("\ud83d\ude00", TEXT.of("\ud83d\ude00"));
  }

  @Test
  void aLongTextIsCutBetweenCharacters() {
    String cut = TEXT.of("\ud83d\ude00".repeat(500));
    assertTrue(cut.length() <= 256 && cut.endsWith("…"));
    assertEquals(cut, new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
  }

  @Test
  void theBoundIsTheConfigurations() {
    assertEquals("/tmp/aaaaaaaaaa…", new LabelText(16).of("/tmp/" + "a".repeat(500)));
    assertEquals("/tmp/aaaaaaaaaaa", new LabelText(16).of("/tmp/aaaaaaaaaaa"));
  }
}
