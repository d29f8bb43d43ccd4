package io.bilgewatch.agent.top;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.text.Columns;
import io.bilgewatch.libc.Terminal.Size;
import java.util.List;
import org.junit.jupiter.api.Test;

class PainterTest {
  private static final Size SIZE = new Size(3, 10);

  private final Painter painter = new Painter(true);

  private static Line line(Style style, String text) {
    return Line.builder(new Columns(true), 10).add(style, text).done();
  }

  private String paint(Line... lines) {
    return new String(painter.paint(List.of(lines), SIZE), UTF_8);
  }

  @Test
  void sendsOnlyWhatChanged() {
    painter.begin();
    Line a = line(Style.PLAIN, "a");
    Line b = line(Style.PLAIN, "b");
    assertTrue(paint(a, b, a).contains("\u001b[3H"));
    assertEquals("", paint(a, b, a));
    assertEquals("\u001b[2H\u001b[0ma\u001b[m\u001b[K", paint(a, a, a));
    painter.forget();
    assertTrue(paint(a, a, a).startsWith("\u001b[m\u001b[2J\u001b[1H"));
  }

  @Test
  void aFullLineIsNotErasedAtItsEnd() {
    assertFalse(paint(line(Style.PLAIN, "0123456789")).contains("\u001b[K"));
  }

  @Test
  void whatTerminalsDisagreeAboutDoesNotShiftTheRest() {
    Line wide =
        Line.builder(new Columns(true), 10).add(Style.PLAIN, "日").add(Style.PLAIN, "x").done();
    assertTrue(paint(wide).contains("日\u001b[3G\u001b[0mx"), paint(wide));
  }

  @Test
  void coloursAreLeftOutWhereNotWanted() {
    Line red = line(Style.CRITICAL, "!!");
    assertTrue(paint(red).contains("\u001b[0;1;31m!!"));
    String mono = new String(new Painter(false).paint(List.of(red), SIZE), UTF_8);
    assertTrue(mono.contains("\u001b[0;1m!!"), mono);
    for (Style style : Style.values()) {
      assertFalse(style.parameters(false).matches(".*[34]\\d.*"), style.name());
    }
  }
}
