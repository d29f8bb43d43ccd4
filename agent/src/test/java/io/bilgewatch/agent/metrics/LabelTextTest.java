package io.bilgewatch.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LabelTextTest {
  @Test
  void plainTextIsLeftAlone() {
    String text = "/var/lib/größe";
    assertSame(text, LabelText.of(text));
  }

  @Test
  void whatCouldBreakALineOrTheEncodingIsShown() {
    assertEquals("a\\x0ab\\x1b[2J", LabelText.of("a\nb\u001b[2J"));
    assertEquals("a\ufffdb", LabelText.of("a\ud800b"));
    assertEquals("a\ufffd", LabelText.of("a\udc00"));
    assertEquals("\ud83d\ude00", LabelText.of("\ud83d\ude00"));
  }

  @Test
  void aLongTextIsCutBetweenCharacters() {
    String cut = LabelText.of("\ud83d\ude00".repeat(500));
    assertTrue(cut.length() <= 256 && cut.endsWith("…"));
    assertEquals(cut, new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
  }
}
