package io.bilgewatch.containerlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPOutputStream;

/** Writes log files as the engine's drivers do, by a writer of its own. */
final class LogFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final String TIME = "2024-05-06T07:08:09.123456789Z";

  private LogFiles() {}

  /** A row of json-file; a line that does not end in a newline is a piece. */
  static byte[] json(String log, String stream) {
    try {
      String row =
          "{\"log\":%s,\"stream\":\"%s\",\"time\":\"%s\"}\n"
              .formatted(JSON.writeValueAsString(log), stream, TIME);
      return row.getBytes(UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] json(String log) {
    return json(log, "stdout");
  }

  static byte[] local(String line) {
    return local(line.getBytes(UTF_8), "stdout", false, false);
  }

  static byte[] local(byte[] line, String source, boolean partial, boolean last) {
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    field(entry, 1, source.getBytes(UTF_8));
    entry.write(2 << 3);
    varint(entry, 1_714_979_289_123_456_789L);
    field(entry, 3, line);
    if (partial) {
      entry.write(4 << 3);
      entry.write(1);
      byte[] id = "some-id".getBytes(UTF_8);
      ByteArrayOutputStream metadata = new ByteArrayOutputStream();
      if (last) {
        metadata.write(1 << 3);
        metadata.write(1);
      }
      field(metadata, 2, id);
      metadata.write(3 << 3);
      varint(metadata, 1);
      field(entry, 5, metadata.toByteArray());
    }
    return ByteBuffer.allocate(entry.size() + 8)
        .putInt(entry.size())
        .put(entry.toByteArray())
        .putInt(entry.size())
        .array();
  }

  static void field(ByteArrayOutputStream out, int number, byte[] value) {
    out.write(number << 3 | 2);
    varint(out, value.length);
    out.writeBytes(value);
  }

  static void varint(ByteArrayOutputStream out, long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  static void append(Path file, byte[]... rows) {
    try {
      for (byte[] row : rows) {
        Files.write(file, row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the engine does to a rotated file a while after. */
  static void compress(Path file) {
    Path packed = file.resolveSibling(file.getFileName() + ".gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
