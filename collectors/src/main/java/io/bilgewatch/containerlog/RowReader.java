package io.bilgewatch.containerlog;

import io.bilgewatch.docker.LogFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Makes lines of the bytes of a log file. A row that is no row is counted and left out; where rows
 * begin again after a gap is found anew.
 */
final class RowReader {
  private static final int TAIL = 64;
  private static final byte[] NOTHING = new byte[0];

  private final LogFile.Format format;
  private final RowDecoder decoder;
  private final LineJoiner joiner = new LineJoiner();
  private byte[] bytes = NOTHING;
  private LogRow row;
  private boolean aligned;
  private long skippedBytes;
  private long malformedRows;

  /** The last bytes that were read. */
  private byte[] tail = NOTHING;

  /** The bytes that are read and not yet decoded. */
  private int at;

  private int to;
  private long left;

  RowReader(LogFile.Format format) {
    this.format = format;
    this.decoder =
        switch (format) {
          case JSON_LINES -> new JsonFileLine();
          case LOCAL_ENTRIES -> new LocalLogEntry();
        };
  }

  /** The last bytes of the last read, not more than tell a place from others. */
  ByteBuffer tail() {
    return ByteBuffer.wrap(tail);
  }

  /** Whether a row may begin behind these bytes. */
  boolean isBoundary(ByteBuffer before) {
    return format == LogFile.Format.LOCAL_ENTRIES
        || before.capacity() == 0
        || before.get(before.capacity() - 1) == '\n';
  }

  /** Whether a row begins where the last read ended. */
  boolean isAligned() {
    return aligned;
  }

  /**
   * Reads at most so many bytes.
   *
   * @param atRow whether the first byte is a row's
   * @return how many bytes are dealt with: a row that is not there as a whole is not
   */
  long read(LogBuffers buffers, InputStream in, long most, boolean atRow, LogLine lines)
      throws IOException {
    bytes = buffers.bytes();
    row = buffers.row();
    aligned = atRow;
    at = 0;
    to = 0;
    left = most;
    tail = NOTHING;
    long read = 0;
    while (true) {
      int count = fill(in);
      read += count;
      decode(lines);
      boolean stuck = to - at == bytes.length;
      if (stuck) {
        giveUpRow();
      }
      if (count == 0 && !stuck) {
        return read - (to - at);
      }
    }
  }

  private int fill(InputStream in) throws IOException {
    System.arraycopy(bytes, at, bytes, 0, to - at);
    to -= at;
    at = 0;
    int count = in.readNBytes(bytes, to, (int) Math.min(left, bytes.length - to));
    to += count;
    left -= count;
    if (count > 0) {
      tail = Arrays.copyOfRange(bytes, Math.max(0, to - TAIL), to);
    }
    return count;
  }

  private void decode(LogLine lines) {
    if (!aligned && !align()) {
      return;
    }
    while (at < to) {
      int behind = decoder.decode(bytes, at, to, row);
      if (behind == RowDecoder.INCOMPLETE) {
        return;
      }
      if (behind == RowDecoder.LOST) {
        malformedRows++;
        aligned = false;
        reset();
        if (!align()) {
          return;
        }
        continue;
      }
      at = behind;
      offer(lines);
    }
  }

  /** Moves to where a row begins; of entries, that can only be told from the end backwards. */
  private boolean align() {
    if (format == LogFile.Format.LOCAL_ENTRIES && left > 0) {
      skip(Math.max(0, to - at - bytes.length / 2));
      return false;
    }
    int boundary = decoder.boundary(bytes, at, to);
    boolean found = boundary < to || format == LogFile.Format.LOCAL_ENTRIES || ends();
    skip(boundary - at);
    aligned = found;
    return found;
  }

  private boolean ends() {
    return to > at && bytes[to - 1] == '\n';
  }

  private void skip(int count) {
    skippedBytes += count;
    at += count;
  }

  /** A row that is longer than any of the engine's. */
  private void giveUpRow() {
    malformedRows++;
    skip(to - at);
    aligned = format == LogFile.Format.LOCAL_ENTRIES;
    reset();
  }

  private void offer(LogLine lines) {
    if (row.valid) {
      joiner.offer(row, (text, length, last) -> lines.read(text, length, last.time()));
    } else {
      malformedRows++;
    }
  }

  /** What was begun has no end: the file was cut or something skipped. */
  void reset() {
    joiner.reset();
  }

  void flush(LogLine lines) {
    joiner.flush(lines);
  }

  long takeSkippedBytes() {
    long taken = skippedBytes + joiner.takeSkippedBytes();
    skippedBytes = 0;
    return taken;
  }

  long takeMalformedRows() {
    long taken = malformedRows;
    malformedRows = 0;
    return taken;
  }
}
