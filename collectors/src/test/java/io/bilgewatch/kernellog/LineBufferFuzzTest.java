package io.bilgewatch.kernellog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Any bytes in any pieces: the lines are those of the whole. */
class LineBufferFuzzTest {

  @FuzzTest
  void piecesMakeTheLinesOfTheWhole(FuzzedDataProvider data) {
    StringBuilder whole = new StringBuilder();
    List<String> lines = new ArrayList<>();
    LineBuffer buffer = new LineBuffer();
    while (data.remainingBytes() > 0) {
      byte[] piece = data.consumeBytes(data.consumeInt(1, 64));
      whole.append(new String(piece, StandardCharsets.ISO_8859_1));
      buffer.add(piece, piece.length);
      for (String line = buffer.next(); line != null; line = buffer.next()) {
        lines.add(line);
      }
    }
    List<String> expected = new ArrayList<>(List.of(whole.toString().split("\n", -1)));
    boolean half = !expected.removeLast().isEmpty();
    assertEquals(expected, lines);
    assertEquals(0, buffer.takeOverlong());
    assertEquals(half, buffer.clear());
  }
}
