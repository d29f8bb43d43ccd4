package io.bilgewatch.tracefs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Writes a page of a ring buffer as the kernel does. */
final class PageWriter {
  static final int SIZE = 4096;

  private final ByteBuffer page = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);

  PageWriter(long nanos) {
    page.putLong(nanos).putLong(0);
  }

  /** A record of up to 112 bytes, whose length is in its first word. */
  PageWriter record(int delta, byte[] data) {
    byte[] padded = Arrays.copyOf(data, (data.length + 3) & ~3);
    page.putInt(delta << 5 | padded.length / 4).put(padded);
    return this;
  }

  /** A record that tells its length in a word of its own. */
  PageWriter longRecord(int delta, byte[] data) {
    byte[] padded = Arrays.copyOf(data, (data.length + 3) & ~3);
    page.putInt(delta << 5).putInt(padded.length + 4).put(padded);
    return this;
  }

  PageWriter timeExtend(long delta) {
    page.putInt((int) (delta & 0x7ffffff) << 5 | 30).putInt((int) (delta >>> 27));
    return this;
  }

  PageWriter timeStamp(long nanos) {
    page.putInt((int) (nanos & 0x7ffffff) << 5 | 31).putInt((int) (nanos >>> 27));
    return this;
  }

  /** What is left of a record that was thrown away. */
  PageWriter discarded(int delta, int bytes) {
    page.putInt(delta << 5 | 29).putInt(bytes + 4);
    page.position(page.position() + bytes);
    return this;
  }

  PageWriter paddingToTheEnd() {
    page.putInt(29);
    page.position(page.position() + 64);
    return this;
  }

  byte[] bytes() {
    return finish(0);
  }

  byte[] bytesAfterLoss() {
    return finish((int) (1L << 31));
  }

  byte[] bytesAfterLoss(long lost) {
    page.putLong(page.position(), lost);
    return finish((int) (3L << 30));
  }

  /** The kernel adds the flags as an int, so that their sign is in all bits above. */
  private byte[] finish(int flags) {
    page.putLong(8, (page.position() - 16) | flags);
    return page.array();
  }

  /** The first eight bytes of every record, and a rest. */
  static byte[] data(int type, int tid, byte... rest) {
    return ByteBuffer.allocate(8 + rest.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) type)
        .putShort((short) 0)
        .putInt(tid)
        .put(rest)
        .array();
  }
}
