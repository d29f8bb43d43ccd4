package io.bilgewatch.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteTextTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteText text = new ByteText(out);

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "7, 7",
    "-7, -7",
    "2147483647, 2147483647",
    "2147483648, 2147483648",
    "21474836480, 21474836480",
    "9007199254740992, 9007199254740992",
    "-9007199254740992, -9007199254740992",
    "9007199254740994, 9.007199254740994E15",
    "0.1, 0.1",
    "1.5E-7, 1.5E-7",
    "1767225600.25, 1.76722560025E9",
    "Infinity, +Inf",
    "-Infinity, -Inf",
    "NaN, NaN",
  })
  void writesAValue(double value, String written) throws IOException {
    text.append(value);
    assertEquals(written, flushed());
  }

  @Test
  void everyNumberIsWrittenAsJavaDoes() throws IOException {
    Random random = new Random(20);
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      long whole = random.nextLong() >> (11 + random.nextInt(53));
      text.append((double) whole);
      text.append(' ');
      double fraction = whole + 0.5 + random.nextDouble() / 4;
      boolean isWhole = fraction == Math.rint(fraction);
      text.append(isWhole ? 0.5 : fraction);
      text.append('\n');
      expected.append(whole).append(' ').append(isWhole ? 0.5 : fraction).append('\n');
    }
    assertEquals(expected.toString(), flushed());
  }

  @Test
  void whatIsLongerThanAPieceComesWholeAndInOrder() throws IOException {
    text.append('<');
    text.append("é".repeat(20_000));
    text.append(12);
    text.append(ByteText.ascii("x".repeat(8191)));
    text.append('>');
    assertEquals("<" + "é".repeat(20_000) + 12 + "x".repeat(8191) + ">", flushed());
  }

  private String flushed() throws IOException {
    text.flush();
    return out.toString(StandardCharsets.UTF_8);
  }
}
