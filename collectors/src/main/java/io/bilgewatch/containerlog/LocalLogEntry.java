package io.bilgewatch.containerlog;

import java.nio.ByteBuffer;

/**
 * An entry of Docker's {@code local} driver: its size as four bytes, most significant first, a
 * protocol buffer of that size, and the size again.
 *
 * <pre>{@code
 * message LogEntry { string source = 1; int64 time_nano = 2; bytes line = 3; bool partial = 4;
 *                    PartialLogEntryMetadata partial_log_metadata = 5; }
 * message PartialLogEntryMetadata { bool last = 1; string id = 2; int32 ordinal = 3; }
 * }</pre>
 *
 * {@code line} has no newline. Of a line longer than 16 KiB every piece is {@code partial}, and the
 * metadata says which is the last. Fields that a later engine adds are skipped.
 */
final class LocalLogEntry implements RowDecoder {
  private static final int SIZE = Integer.BYTES;
  private static final int LARGEST = 128 << 10;
  private static final long SECOND = 1_000_000_000L;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private static final int SOURCE = (1 << 3) | BYTES;
  private static final int TIME_NANO = (2 << 3) | VARINT;
  private static final int LINE = (3 << 3) | BYTES;
  private static final int PARTIAL = (4 << 3) | VARINT;
  private static final int METADATA = (5 << 3) | BYTES;
  private static final int METADATA_LAST = (1 << 3) | VARINT;

  private byte[] bytes = new byte[0];
  private int at;
  private int end;

  @Override
  public int decode(byte[] from, int start, int to, LogRow row) {
    if (to - start < SIZE) {
      return INCOMPLETE;
    }
    ByteBuffer buffer = ByteBuffer.wrap(from);
    int size = buffer.getInt(start);
    if (size < 0 || size > LARGEST) {
      return LOST;
    }
    int behind = start + size + 2 * SIZE;
    if (behind > to) {
      return INCOMPLETE;
    }
    if (buffer.getInt(behind - SIZE) != size) {
      return LOST;
    }
    row.clear();
    row.valid = entry(from, start + SIZE, behind - SIZE, row);
    return behind;
  }

  /** Backwards from the end, from size to size. */
  @Override
  public int boundary(byte[] from, int start, int to) {
    ByteBuffer buffer = ByteBuffer.wrap(from);
    int boundary = to;
    while (boundary - start >= 2 * SIZE) {
      int size = buffer.getInt(boundary - SIZE);
      long before = (long) boundary - size - 2 * SIZE;
      if (size < 0 || before < start || buffer.getInt((int) before) != size) {
        return boundary;
      }
      boundary = (int) before;
    }
    return boundary;
  }

  private boolean entry(byte[] from, int start, int to, LogRow row) {
    bytes = from;
    at = start;
    end = to;
    boolean last = false;
    while (at < end) {
      int tag = (int) varint();
      int length = length(tag & 7);
      if (at > end || length < 0 || length > end - at) {
        return false;
      }
      int value = at;
      at += length;
      switch (tag) {
        case SOURCE -> row.standardError = length == 6 && bytes[value + 3] == 'e';
        case TIME_NANO -> time(row, value);
        case LINE -> row.append(bytes, value, at);
        case PARTIAL -> row.partial = bytes[value] != 0;
        case METADATA -> last = isLast(value, at);
        default -> {
          // A later engine's.
        }
      }
    }
    row.partial &= !last;
    return true;
  }

  /** Field 1, if set, is the first. */
  private boolean isLast(int from, int to) {
    return to - from >= 2 && bytes[from] == METADATA_LAST && bytes[from + 1] != 0;
  }

  private void time(LogRow row, int from) {
    int behind = at;
    at = from;
    long nanos = varint();
    at = behind;
    row.time(Math.floorDiv(nanos, SECOND), (int) Math.floorMod(nanos, SECOND));
  }

  /** Of the value at the cursor; of bytes, the cursor is moved behind their length. */
  private int length(int wireType) {
    return switch (wireType) {
      case VARINT -> {
        int from = at;
        varint();
        int length = at - from;
        at = from;
        yield length;
      }
      case FIXED64 -> Long.BYTES;
      case BYTES -> Math.clamp(varint(), -1, LARGEST);
      case FIXED32 -> Integer.BYTES;
      default -> -1;
    };
  }

  /** Moves past the end where the number does not end. */
  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && at < end; shift += 7) {
      byte b = bytes[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    at = end + 1;
    return value;
  }
}
