package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Flat keyed files of a cgroup ({@code memory.stat}, {@code memory.events}, {@code
 * memory.oom_control}; Documentation/admin-guide/cgroup-v2.rst, "Interface Files"):
 *
 * <pre>
 * anon 790425600
 * file 6502666240
 * </pre>
 *
 * <p>A key, a blank, decimal digits. What stands behind the digits belongs to later kernels.
 */
final class FlatKeyed {
  private FlatKeyed() {}

  /** A choice of keys; one for each kind of file, used again and again. */
  static final class Keys {
    private final List<String> names;
    private final byte[][] bytes;

    Keys(String... names) {
      this.names = List.of(names);
      this.bytes = new byte[names.length][];
      for (int i = 0; i < names.length; i++) {
        bytes[i] = names[i].getBytes(StandardCharsets.US_ASCII);
      }
    }

    /**
     * The values of these keys, each from the first line that has it. Other lines are not looked
     * at.
     *
     * @throws Malformed where the value of one of the keys is no number below 2^63
     */
    Values pick(String source, byte[] text) throws Malformed {
      OptionalLong[] values = new OptionalLong[bytes.length];
      Arrays.fill(values, OptionalLong.empty());
      for (int from = 0; from < text.length; ) {
        int to = CgroupValue.indexOf(text, '\n', from, text.length);
        int blank = CgroupValue.indexOf(text, ' ', from, to);
        int key = indexOf(text, from, blank);
        if (key >= 0 && values[key].isEmpty()) {
          values[key] = OptionalLong.of(value(source, text, blank, to));
        }
        from = to + 1;
      }
      return new Values(names, values);
    }

    private int indexOf(byte[] text, int from, int to) {
      for (int i = 0; i < bytes.length; i++) {
        if (Arrays.equals(bytes[i], 0, bytes[i].length, text, from, to)) {
          return i;
        }
      }
      return -1;
    }
  }

  /** What was found; a key that the file does not have is empty. */
  static final class Values {
    private final List<String> names;
    private final OptionalLong[] values;

    private Values(List<String> names, OptionalLong[] values) {
      this.names = names;
      this.values = values;
    }

    OptionalLong of(String name) {
      return values[names.indexOf(name)];
    }

    /** The sum; empty where one of the keys is not there. */
    OptionalLong sum(String... wanted) {
      long sum = 0;
      for (String name : wanted) {
        OptionalLong value = of(name);
        if (value.isEmpty()) {
          return value;
        }
        sum += value.getAsLong();
      }
      return OptionalLong.of(sum);
    }

    /** The sum of those that are there. */
    long sumOfPresent(String... wanted) {
      long sum = 0;
      for (String name : wanted) {
        sum += of(name).orElse(0);
      }
      return sum;
    }
  }

  /** All keys, in the order of the file; empty lines are passed over. */
  static Map<String, Long> parse(String source, byte[] text) throws Malformed {
    Map<String, Long> values = new LinkedHashMap<>();
    for (int from = 0; from < text.length; ) {
      int to = CgroupValue.indexOf(text, '\n', from, text.length);
      if (to > from) {
        int blank = CgroupValue.indexOf(text, ' ', from, to);
        String key = new String(text, from, blank - from, StandardCharsets.UTF_8);
        values.putIfAbsent(key, value(source, text, blank, to));
      }
      from = to + 1;
    }
    return values;
  }

  private static long value(String source, byte[] text, int blank, int to) throws Malformed {
    int from = Math.min(blank + 1, to);
    return CgroupValue.digits(source, text, from, CgroupValue.indexOf(text, ' ', from, to));
  }
}
