package io.bilgewatch.containerlog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.docker.LogFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of both drivers, whole, split, broken and hostile. */
class LogRowsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final LogRow row = new LogRow();

  private int decode(byte[] bytes) {
    return new JsonFileLine().decode(bytes, 0, bytes.length, row);
  }

  private String text() {
    return new String(row.text, 0, row.length, UTF_8);
  }

  @Test
  void aRowHasTextStreamAndTime() {
    byte[] bytes = LogFiles.json("a \"line\"\n", "stderr");
    assertEquals(bytes.length, decode(bytes));
    assertTrue(row.valid);
    assertTrue(row.standardError);
    assertFalse(row.partial);
    assertEquals("a \"line\"", text());
    assertEquals(Optional.of(Instant.parse(LogFiles.TIME)), row.time());
  }

  @Test
  void everyEscapeIsUndone() {
    String log = "{\"log\":\"\\u003c\\u00e4\\u20ac\\ud83d\\ude00\\b\\f\\r\\t\\/\\\\\\\"\\n\"}\n";
    decode(log.getBytes(UTF_8));
    assertTrue(row.valid);
    assertEquals("<ä€😀\b\f\r\t/\\\"", text());
  }

  @Test
  void aSurrogateAloneIsNoCharacter() {
    decode("{\"log\":\"a\\ud83d\\u0041\\udc00\\n\"}\n".getBytes(UTF_8));
    assertTrue(row.valid);
    assertEquals("a\ufffdA\ufffd", text());
  }

  @Test
  void attributesAndWhatALaterEngineAddsAreSkipped() {
    decode(
        ("{\"new\":[{\"a\":\"}\\\"]\"},1],\"attrs\":{\"k\":\"v\"},\"log\":\"x\\n\","
                + "\"stream\":\"stdout\",\"n\":null,\"time\":\"2024-05-06T07:08:09Z\"}\n")
            .getBytes(UTF_8));
    assertTrue(row.valid);
    assertEquals("x", text());
    assertEquals(Optional.of(Instant.parse("2024-05-06T07:08:09Z")), row.time());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "null",
        "{\"log\":\"x",
        "{\"log\":\"x\\\"}",
        "{\"log\":\"x\\u12\"}",
        "{\"log\":\"x\\q\"}",
        "{\"log\":\"x\"} rest",
        "{\"log\":7}",
        "{\"stream\":\"stdout\"}",
        "og\":\"x\\n\",\"stream\":\"stdout\"}",
        "{\"log\":\"x\",\"a\":[[[[[[[[[[[[[[[[[[[[[[[["
      })
  void brokenRowsAreMalformedAndEndAtTheirNewline(String broken) {
    byte[] bytes = (broken + "\n").getBytes(UTF_8);
    assertEquals(bytes.length, decode(bytes));
    assertFalse(row.valid, broken);
  }

  @Test
  void aRowBehindBlocksOfNulIsRead() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[4096]);
    out.writeBytes(LogFiles.json("after the crash\n"));
    decode(out.toByteArray());
    assertTrue(row.valid);
    assertEquals("after the crash", text());
  }

  @Test
  void aTimeThatIsNoneLeavesTheRow() {
    decode("{\"log\":\"x\\n\",\"time\":\"2024-99-99T99:99:99.1Z\"}\n".getBytes(UTF_8));
    assertTrue(row.valid);
    assertEquals(Optional.empty(), row.time());
  }

  @Test
  void jsonRowsReadAsJacksonReadsThem() throws IOException {
    Random random = new Random(5);
    for (int round = 0; round < 20_000; round++) {
      String log = random(random);
      byte[] bytes = LogFiles.json(log, random.nextBoolean() ? "stdout" : "stderr");
      decode(bytes);
      assertTrue(row.valid, log);
      String oracle = JSON.readTree(bytes).get("log").asText();
      String whole = oracle.endsWith("\n") ? oracle.substring(0, oracle.length() - 1) : oracle;
      assertEquals(whole, text());
      assertEquals(!oracle.endsWith("\n"), row.partial);
    }
  }

  /** Any characters but halves of surrogates, which no UTF-8 has. */
  private static String random(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(40);
    for (int i = 0; i < length; i++) {
      int point =
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(0x20);
            case 1 -> random.nextInt(0x10ffff);
            default -> 0x20 + random.nextInt(0x60);
          };
      text.appendCodePoint(point >= 0xd800 && point < 0xe000 ? '?' : point);
    }
    return random.nextBoolean() ? text.append('\n').toString() : text.toString();
  }

  @Test
  void anyBytesAreRowsOrMalformed() throws IOException {
    Random random = new Random(7);
    for (LogFile.Format format : LogFile.Format.values()) {
      byte[] whole = sample(format);
      for (int round = 0; round < 20_000; round++) {
        byte[] changed = whole.clone();
        for (int i = random.nextInt(6); i >= 0; i--) {
          changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        int length = 1 + random.nextInt(changed.length);
        try (LogBuffers buffers = new LogBuffers()) {
          RowReader reader = new RowReader(format);
          long read =
              reader.read(
                  buffers,
                  new ByteArrayInputStream(changed, 0, length),
                  length,
                  random.nextBoolean(),
                  (text, count, time) -> {});
          assertTrue(read >= 0 && read <= length);
        }
      }
    }
  }

  private static byte[] sample(LogFile.Format format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < 6; i++) {
      out.writeBytes(
          format == LogFile.Format.JSON_LINES
              ? LogFiles.json("row é\t" + i + "\n")
              : LogFiles.local(new byte[50 + i], "stderr", i % 2 == 0, i == 4));
    }
    return out.toByteArray();
  }

  @Test
  void entriesOfTheLocalDriverAreRead() {
    byte[] bytes = LogFiles.local("x".getBytes(UTF_8), "stderr", false, false);
    assertEquals(bytes.length, new LocalLogEntry().decode(bytes, 0, bytes.length, row));
    assertTrue(row.valid);
    assertTrue(row.standardError);
    assertFalse(row.partial);
    assertEquals("x", text());
    assertEquals(Optional.of(Instant.parse("2024-05-06T07:08:09.123456789Z")), row.time());
  }

  @Test
  void fieldsThatALaterEngineAddsAreSkipped() {
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    LogFiles.field(entry, 3, "x".getBytes(UTF_8));
    LogFiles.field(entry, 900, new byte[300]);
    entry.write(7 << 3 | 5);
    entry.writeBytes(new byte[4]);
    entry.write(8 << 3 | 1);
    entry.writeBytes(new byte[8]);
    byte[] body = entry.toByteArray();
    var framed = java.nio.ByteBuffer.allocate(body.length + 8);
    framed.putInt(body.length).put(body).putInt(body.length);
    new LocalLogEntry().decode(framed.array(), 0, framed.capacity(), row);
    assertTrue(row.valid);
    assertEquals("x", text());
  }

  @Test
  void splitLinesAreJoinedForEachStreamUpToABound() {
    LineJoiner joiner = new LineJoiner();
    List<String> lines = new ArrayList<>();
    LineJoiner.Lines collect =
        (text, length, last) -> lines.add(new String(text, 0, length, ISO_8859_1));
    offer(joiner, "one ", true, false, collect);
    offer(joiner, "error\n", false, true, collect);
    offer(joiner, "line", false, false, collect);
    assertEquals(List.of("error", "one line"), lines);
    for (int i = 0; i < 8; i++) {
      offer(joiner, "z".repeat(16 << 10), true, false, collect);
    }
    offer(joiner, "end", false, false, collect);
    assertEquals(LineJoiner.LONGEST, lines.getLast().length());
    assertEquals(8 * (16 << 10) + 3 - LineJoiner.LONGEST, joiner.takeSkippedBytes());
    offer(joiner, "short", false, false, collect);
    assertEquals("short", lines.getLast());
  }

  private void offer(
      LineJoiner joiner, String text, boolean partial, boolean error, LineJoiner.Lines lines) {
    row.clear();
    byte[] bytes = text.strip().isEmpty() ? new byte[0] : text.replace("\n", "").getBytes(UTF_8);
    row.append(bytes, 0, bytes.length);
    row.partial = partial;
    row.standardError = error;
    joiner.offer(row, lines);
  }

  @Test
  void entriesAreFoundFromTheEndBackwards() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < 20; i++) {
      out.writeBytes(LogFiles.local("line " + i));
    }
    byte[] whole = out.toByteArray();
    byte[] cut = Arrays.copyOfRange(whole, 13, whole.length);
    List<String> lines = new ArrayList<>();
    try (LogBuffers buffers = new LogBuffers()) {
      new RowReader(LogFile.Format.LOCAL_ENTRIES)
          .read(
              buffers,
              new ByteArrayInputStream(cut),
              cut.length,
              false,
              (text, length, time) -> lines.add(new String(text, 0, length, UTF_8)));
    }
    assertEquals(19, lines.size());
    assertEquals("line 1", lines.getFirst());
  }

  @Test
  void jsonNodeIsTheOracleOfTheCorpusToo() throws IOException {
    JsonNode node = JSON.readTree(LogFiles.json("x\n"));
    assertEquals("x\n", node.get("log").asText());
  }
}
