package io.bilgewatch.process;

import io.bilgewatch.kernel.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The ids of a user namespace: {@code /proc/<pid>/uid_map} (user_namespaces(7)).
 *
 * <pre>
 *          0     100000      65536
 *     inside    outside      count
 * </pre>
 *
 * <p>Outside is as the reader's own namespace has it, like the ids of {@code status}.
 */
record IdMap(List<Range> ranges) {

  /** All three are unsigned numbers of 32 bits. */
  record Range(long inside, long outside, long count) {}

  /** What the kernel shows for an id that has no place in the namespace. */
  static final int OVERFLOW_ID = 65534;

  static final IdMap IDENTITY = new IdMap(List.of(new Range(0, 0, 0xffff_ffffL)));

  private static final String SOURCE = "uid_map";
  private static final int FIELDS = 3;

  IdMap {
    ranges = List.copyOf(ranges);
  }

  static IdMap parse(byte[] text) throws Malformed {
    List<Range> ranges = new ArrayList<>();
    for (String line : new String(text, StandardCharsets.US_ASCII).split("\n", -1)) {
      if (!line.isBlank()) {
        ranges.add(range(line.strip().split("\\s+", -1), text));
      }
    }
    return new IdMap(ranges);
  }

  private static Range range(String[] fields, byte[] text) throws Malformed {
    try {
      if (fields.length >= FIELDS) {
        return new Range(unsigned(fields[0]), unsigned(fields[1]), unsigned(fields[2]));
      }
    } catch (NumberFormatException _) {
      // Said below, with the text.
    }
    throw new Malformed(SOURCE, 0, "inside, outside and count", text);
  }

  private static long unsigned(String digits) {
    return Integer.toUnsignedLong(Integer.parseUnsignedInt(digits));
  }

  /** The id as the namespace's processes see it. */
  int inside(int outside) {
    long id = Integer.toUnsignedLong(outside);
    for (Range range : ranges) {
      if (id >= range.outside() && id < range.outside() + range.count()) {
        return (int) (range.inside() + id - range.outside());
      }
    }
    return OVERFLOW_ID;
  }
}
