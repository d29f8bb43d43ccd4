package io.bilgewatch.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class RememberedTest {
  private final Remembered<String> remembered = new Remembered<>();

  @Test
  void theSameTextMeansTheSameObjectAndAnyOtherIsParsed() throws IOException {
    String first = of("one");
    assertEquals("one", first);
    assertSame(first, of("one"));
    assertEquals("onf", of("onf"));
    assertEquals("on", of("on"));
    assertEquals("", of(""));
    assertNotSame(first, of("one"), "of the text before only");
  }

  @Test
  void aTextThatIsNoneIsNotRemembered() throws IOException {
    String first = of("one");
    for (int i = 0; i < 2; i++) {
      assertThrows(
          IOException.class,
          () ->
              remembered.of(
                  "bad".getBytes(UTF_8),
                  _ -> {
                    throw new IOException("bad");
                  }));
    }
    assertSame(first, of("one"));
  }

  private String of(String text) throws IOException {
    return remembered.of(text.getBytes(UTF_8), bytes -> new String(bytes, UTF_8));
  }
}
