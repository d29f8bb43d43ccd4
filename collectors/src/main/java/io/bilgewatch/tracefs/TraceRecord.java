package io.bilgewatch.tracefs;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Malformed;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** One record in a page of the ring buffer. Valid only while the page is being read. */
final class TraceRecord {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long nanos;
  private final byte[] page;
  private final int from;
  private final int to;

  /**
   * @param nanos when, by the instance's clock
   * @param from its first byte in the page
   * @param to one behind its last
   */
  TraceRecord(long nanos, byte[] page, int from, int to) {
    this.nanos = nanos;
    this.page = page;
    this.from = from;
    this.to = to;
  }

  long nanos() {
    return nanos;
  }

  /** Which event it is of: common_type, the first two bytes of every record. */
  int type() throws Malformed {
    require(0, 2, "common_type");
    return unsignedShort(0);
  }

  /** That the record has these bytes. */
  void require(int offset, int size, String what) throws Malformed {
    if (offset < 0 || size < 0 || offset + size > to - from) {
      throw malformed(offset, what);
    }
  }

  int unsignedByte(int offset) {
    return page[from + offset] & 0xff;
  }

  int unsignedShort(int offset) {
    return unsignedByte(offset) | unsignedByte(offset + 1) << 8;
  }

  int integer(int offset) {
    return intAt(page, from + offset);
  }

  long number(int offset) {
    return longAt(page, from + offset);
  }

  /** The bytes up to a NUL, made fit for people; they must have been required. */
  String text(int offset, int size) {
    int end = from + offset;
    while (end < from + offset + size && page[end] != 0) {
      end++;
    }
    return KernelPath.display(page, from + offset, end);
  }

  Malformed malformed(int offset, String expected) {
    return new Malformed("trace record", from + offset, expected, page);
  }

  /** Both architectures that this program runs on are little-endian. */
  static int intAt(byte[] page, int at) {
    return (int) INT.get(page, at);
  }

  static long longAt(byte[] page, int at) {
    return (long) LONG.get(page, at);
  }
}
