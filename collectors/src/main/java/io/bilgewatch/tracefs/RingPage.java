package io.bilgewatch.tracefs;

import static io.bilgewatch.tracefs.TraceRecord.intAt;
import static io.bilgewatch.tracefs.TraceRecord.longAt;

import io.bilgewatch.kernel.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one page of a ring buffer, as {@code per_cpu/cpu0/trace_pipe_raw} hands it over; the layout
 * is the kernel's interface to trace-cmd and perf ({@code events/header_page} and {@code
 * header_event}, include/linux/ring_buffer.h).
 *
 * <pre>
 * page    u64 timestamp @0, u64 commit @8 (how many bytes follow; flags in bits 30 and 31), data @16
 * data    u32: type_len in the lower 5 bits, nanoseconds since the one before in the upper 27
 *           type_len 1 to 28   a record of 4 times that many bytes
 *           0                  the next u32 tells the record's bytes, itself included
 *           29 padding         to the page's end where no time has passed, else of the next u32's bytes
 *           30 time extend     the next u32 is the upper part of the time that has passed
 *           31 time stamp      the same of a time since boot
 * </pre>
 *
 * <p>Bit 31 of commit, which the kernel extends as a sign to the bits above, says that records were
 * lost before this page; with bit 30 their number stands behind the data. Read this way instead of
 * as the text of {@code trace_pipe}, because there a process's name and a file's name stand between
 * the kernel's own words as they are, newlines included, and a container chooses both: it could
 * write lines of its own. Here each record has its length, the thread's number is the kernel's, and
 * no byte of a name can be anything else.
 */
final class RingPage {
  private static final int HEADER = 16;
  private static final long MISSED = 1L << 31;
  private static final long MISSED_STORED = 1L << 30;
  private static final int PADDING = 29;
  private static final int TIME_EXTEND = 30;
  private static final int TIME_STAMP = 31;
  private static final int DELTA_BITS = 27;

  private static final Pattern LAYOUT =
      Pattern.compile(
          "commit;\\s+offset:8;\\s+size:8;[\\s\\S]{0,400}\\bdata;\\s+offset:16;\\s+size:([0-9]{1,7});");

  /** Takes records in their order. */
  interface Sink {
    void take(TraceRecord record) throws Malformed;
  }

  private final byte[] page;
  private final int end;
  private final long lost;
  private int next = HEADER;
  private long nanos;

  /**
   * @param length how much of the array was read
   * @throws Malformed where this is no page
   */
  RingPage(byte[] page, int length) throws Malformed {
    if (length < HEADER || length > page.length) {
      throw new Malformed("ring buffer page", 0, "a header of 16 bytes", page);
    }
    this.page = page;
    this.nanos = longAt(page, 0);
    long commit = longAt(page, 8);
    long size = commit & (MISSED_STORED - 1);
    if (size > length - HEADER) {
      throw new Malformed("ring buffer page", 8, "no more bytes than were read", page);
    }
    this.end = HEADER + (int) size;
    this.lost = lost(commit, length);
  }

  private long lost(long commit, int length) {
    if ((commit & MISSED) == 0) {
      return 0;
    }
    boolean stored = (commit & MISSED_STORED) != 0 && end + 8 <= length;
    return stored ? Math.max(1, longAt(page, end)) : 1;
  }

  /**
   * The size of a page as {@code events/header_page} tells it, where the layout is the one read
   * here.
   *
   * <pre>
   * 	field: local_t commit;	offset:8;	size:8;	signed:1;
   * 	field: char data;	offset:16;	size:4080;	signed:0;
   * </pre>
   */
  static int sizeOf(byte[] headerPage) throws Malformed {
    Matcher match = LAYOUT.matcher(new String(headerPage, StandardCharsets.ISO_8859_1));
    if (!match.find()) {
      throw new Malformed("header_page", 0, "commit of 8 bytes at 8 and data at 16", headerPage);
    }
    return HEADER + Integer.parseInt(match.group(1));
  }

  /**
   * How many records were lost before this page; at least so many where the kernel tells no number.
   */
  long lost() {
    return lost;
  }

  /** When the page was begun. */
  long sinceNanos() {
    return longAt(page, 0);
  }

  /**
   * @throws Malformed where the page ends within a record; those before it were taken
   */
  void read(Sink sink) throws Malformed {
    while (next + 4 <= end) {
      int word = intAt(page, next);
      int kind = word & 0x1f;
      long delta = Integer.toUnsignedLong(word) >>> 5;
      if (kind == PADDING && delta == 0) {
        return;
      }
      switch (kind) {
        case TIME_EXTEND -> nanos += delta + (upper() << DELTA_BITS);
        case TIME_STAMP -> nanos = stamp(delta);
        default -> nanos += delta;
      }
      step(kind, sink);
    }
  }

  private void step(int kind, Sink sink) throws Malformed {
    switch (kind) {
      case TIME_EXTEND, TIME_STAMP -> next += 8;
      case PADDING -> next = behind(next + 4, length());
      case 0 -> take(next + 8, behind(next + 4, length()), sink);
      default -> take(next + 4, behind(next + 4, 4 * kind), sink);
    }
  }

  private void take(int from, int to, Sink sink) throws Malformed {
    next = to;
    sink.take(new TraceRecord(nanos, page, from, to));
  }

  /** The length that stands behind the first word, which counts itself. */
  private int length() throws Malformed {
    int length = (int) upper();
    if (length < 4) {
      throw new Malformed("ring buffer page", next, "a length of 4 at least", page);
    }
    return length;
  }

  private int behind(int from, int length) throws Malformed {
    if (length > end - from) {
      throw new Malformed("ring buffer page", next, "a record within the page", page);
    }
    return from + length;
  }

  private long upper() throws Malformed {
    behind(next + 4, 4);
    return Integer.toUnsignedLong(intAt(page, next + 4));
  }

  /** Only 59 bits are stored: the others are those of the page's own time. */
  private long stamp(long delta) throws Malformed {
    long stored = delta + (upper() << DELTA_BITS);
    return stored | (longAt(page, 0) & ~((1L << 59) - 1));
  }
}
