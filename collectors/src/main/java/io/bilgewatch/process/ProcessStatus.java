package io.bilgewatch.process;

import io.bilgewatch.kernel.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The privileges in {@code /proc/<pid>/status} (proc_pid_status(5)), among many other lines:
 *
 * <pre>
 * Name:	nginx                    the process chooses it; backslash and newline are escaped
 * Uid:	0	101	0	101              real, effective, saved, file system
 * Gid:	0	101	0	101
 * CapPrm:	00000000a80425fb
 * CapEff:	00000000a80425fb
 * CapBnd:	00000000a80425fb
 * NoNewPrivs:	1                  since Linux 4.10
 * Seccomp:	2                     absent in a kernel built without
 * </pre>
 *
 * <p>A key counts only at a line's start, and only the first time: the name comes first and can't
 * hold a newline, so it can't bring lines of its own.
 *
 * @param effectiveUid an unsigned number of 32 bits
 * @param effectiveGid an unsigned number of 32 bits
 */
record ProcessStatus(
    int effectiveUid,
    int effectiveGid,
    long effectiveCapabilities,
    long permittedCapabilities,
    long boundingCapabilities,
    boolean noNewPrivileges,
    OptionalInt seccompMode) {
  private static final String SOURCE = "status";
  private static final int HEX = 16;
  private static final List<byte[]> KEYS =
      Stream.of("Uid", "Gid", "Groups", "CapPrm", "CapEff", "CapBnd", "NoNewPrivs", "Seccomp")
          .map(key -> (key + ":").getBytes(StandardCharsets.US_ASCII))
          .toList();

  static ProcessStatus parse(byte[] text) throws Malformed {
    Lines lines = new Lines(text);
    String seccomp = lines.values.get("Seccomp");
    return new ProcessStatus(
        lines.effective("Uid"),
        lines.effective("Gid"),
        lines.capabilities("CapEff"),
        lines.capabilities("CapPrm"),
        lines.capabilities("CapBnd"),
        lines.required("NoNewPrivs").equals("1"),
        seccomp == null ? OptionalInt.empty() : OptionalInt.of(lines.number("Seccomp", seccomp)));
  }

  /**
   * The lines that tell of privileges and no others: of the rest some are other each time.
   *
   * @return the same wherever {@link #parse} and {@link #groups} are
   */
  static byte[] privileges(byte[] text) {
    byte[] kept = new byte[text.length];
    int length = 0;
    for (int from = 0; from < text.length; ) {
      int to = from;
      while (to < text.length && text[to] != '\n') {
        to++;
      }
      int end = Math.min(to + 1, text.length);
      if (isOfPrivileges(text, from, to)) {
        System.arraycopy(text, from, kept, length, end - from);
        length += end - from;
      }
      from = end;
    }
    return Arrays.copyOf(kept, length);
  }

  private static boolean isOfPrivileges(byte[] text, int from, int to) {
    for (byte[] key : KEYS) {
      if (to - from >= key.length
          && Arrays.equals(key, 0, key.length, text, from, from + key.length)) {
        return true;
      }
    }
    return false;
  }

  /** The supplementary groups, {@code Groups:\t4 24 27 }; empty where the line is not there. */
  static List<Integer> groups(byte[] text) throws Malformed {
    Lines lines = new Lines(text);
    List<Integer> groups = new ArrayList<>();
    for (String group : lines.values.getOrDefault("Groups", "").split(" ", -1)) {
      if (!group.isBlank()) {
        groups.add(lines.number("Groups", group));
      }
    }
    return groups;
  }

  /** The lines by their keys, each value without the blanks around it. */
  private static final class Lines {
    private final byte[] text;
    private final Map<String, String> values = new HashMap<>();

    Lines(byte[] text) {
      this.text = text;
      // One char for each byte, so that a name that is not UTF-8 can't swallow what follows it.
      for (String line : new String(text, StandardCharsets.ISO_8859_1).split("\n", -1)) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          values.putIfAbsent(line.substring(0, colon), line.substring(colon + 1).strip());
        }
      }
    }

    String required(String key) throws Malformed {
      String value = values.get(key);
      if (value == null) {
        throw new Malformed(SOURCE, text.length, "a line " + key + ":", text);
      }
      return value;
    }

    int effective(String key) throws Malformed {
      String[] ids = required(key).split("\t", -1);
      if (ids.length < 2) {
        throw malformed(key, "real and effective id");
      }
      try {
        return Integer.parseUnsignedInt(ids[1]);
      } catch (NumberFormatException _) {
        throw malformed(key, "an effective id");
      }
    }

    long capabilities(String key) throws Malformed {
      try {
        return Long.parseUnsignedLong(required(key), HEX);
      } catch (NumberFormatException _) {
        throw malformed(key, "a mask of hexadecimal digits");
      }
    }

    int number(String key, String value) throws Malformed {
      try {
        return Integer.parseUnsignedInt(value);
      } catch (NumberFormatException _) {
        throw malformed(key, "a number");
      }
    }

    private Malformed malformed(String key, String expected) {
      int at = new String(text, StandardCharsets.ISO_8859_1).indexOf("\n" + key + ":");
      return new Malformed(SOURCE, at + 1, expected, text);
    }
  }
}
