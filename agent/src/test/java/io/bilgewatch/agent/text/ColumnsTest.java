package io.bilgewatch.agent.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnsTest {
  private final Columns columns = new Columns(true);

  @ParameterizedTest
  @CsvSource({
    "plain, 5",
    "größe, 5",
    "\u65e5\u672c\u8a9e, 6",
    "\uff71\uff72, 2",
    "\uff21, 2",
    "\ud55c\uad6d, 4",
    "\ud83d\udea2x, 3",
    "e\u0301, 1",
    "\u05d0\u05d1, 2",
  })
  void isAsWideAsATerminalDrawsIt(String text, int width) {
    assertEquals(width, Columns.width(text));
  }

  @Test
  void nothingMovesTheCursorOrStacksUp() {
    assertEquals("a\\u001B[2J\\u202E\\n", columns.harmless("a\u001b[2J\u202e\n"));
    assertEquals("e\u0301\u0301\\u0301\\u0301", columns.harmless("e" + "\u0301".repeat(4)));
    assertEquals("\\u0301e", columns.harmless("\u0301e"));
    assertEquals("\\u007F", columns.harmless("\u007f"));
  }

  @Test
  void whatTheTerminalCantShowIsSpelledOut() {
    assertEquals("gr\\u00F6\\u1F6A2", new Columns(false).harmless("gr\u00f6\ud83d\udea2"));
  }

  @Test
  void isCutBetweenCharactersToFit() {
    assertEquals("abcd…", columns.cut("abcdefgh", 5));
    assertEquals("abcde", columns.cut("abcde", 5));
    assertEquals("日…", columns.cut("日本語", 4));
    assertEquals("", columns.cut("abc", 0));
    assertEquals("ab~", new Columns(false).cut("abcdef", 3));
  }

  @Test
  void theMiddleGivesWaySoThatNumbersStay() {
    assertEquals("proje…r-12", columns.middle("project-worker-12", 10));
    for (String name : List.of("project-worker-12", "日本語日本語日本語", "a\u0301".repeat(30))) {
      for (int width = 0; width < 20; width++) {
        String shown = columns.middle(name, width);
        assertTrue(Columns.width(shown) <= width, shown + " in " + width);
      }
    }
    assertTrue(columns.middle("project-worker-12", 10).endsWith("-12"));
  }
}
