package io.bilgewatch.host;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import oshi.util.FileUtil;

/**
 * Reads the host's memory through OSHI: {@code /proc/meminfo} (proc_meminfo(5)), among many other
 * lines:
 *
 * <pre>
 * MemTotal:        8131380 kB
 * MemAvailable:    4321000 kB     since Linux 3.14
 * SwapFree:              0 kB
 * Shmem:             12345 kB     every tmpfs and all other shared memory
 * </pre>
 *
 * <p>Only OSHI's reader of such files: its GlobalMemory keeps the first directory that it was told
 * as {@code /proc} for good, and brings classes for all the hardware there is.
 */
public final class HostMemoryReader {
  private static final long KIB = 1024;
  private static final int MOST_DIGITS = 15;
  private static final byte[] UNIT = ascii(" kB");
  private static final byte[] TOTAL = ascii("MemTotal:");
  private static final byte[] AVAILABLE = ascii("MemAvailable:");
  private static final byte[] SWAP_FREE = ascii("SwapFree:");

  private final Path meminfo;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  public HostMemoryReader(HostRoot host) {
    this.meminfo = host.proc("meminfo");
  }

  /** OSHI answers an unreadable file with no bytes, and no host has no memory. */
  public Reading<HostMemory> read() {
    byte[] text = FileUtil.readAllBytes(meminfo.toString(), false);
    return text.length == 0
        ? Reading.missing(Cause.FAILED, meminfo + " can't be read")
        : parse(text);
  }

  private Reading<HostMemory> parse(byte[] text) {
    try {
      return Reading.of(
          new HostMemory(bytes(text, TOTAL), bytes(text, AVAILABLE), bytes(text, SWAP_FREE)));
    } catch (Malformed e) {
      return Reading.failed(e);
    }
  }

  private long bytes(byte[] text, byte[] key) throws Malformed {
    int from = find(text, key);
    if (from < 0) {
      throw malformed(key, new byte[0]);
    }
    int at = from + key.length;
    while (at < text.length && text[at] == ' ') {
      at++;
    }
    long value = 0;
    int digits = at;
    while (at < text.length && at - digits < MOST_DIGITS && text[at] >= '0' && text[at] <= '9') {
      value = value * 10 + (text[at++] - '0');
    }
    boolean inKib = Arrays.equals(UNIT, 0, UNIT.length, text, at, endOfLine(text, at));
    if (at == digits || !inKib) {
      throw malformed(key, Arrays.copyOfRange(text, from, endOfLine(text, from)));
    }
    return value * KIB;
  }

  /** Where the line of a key begins; -1 where there is none. */
  private static int find(byte[] text, byte[] key) {
    for (int from = 0; from + key.length <= text.length; from = endOfLine(text, from) + 1) {
      if (Arrays.equals(key, 0, key.length, text, from, from + key.length)) {
        return from;
      }
    }
    return -1;
  }

  private static int endOfLine(byte[] text, int from) {
    int to = from;
    while (to < text.length && text[to] != '\n') {
      to++;
    }
    return to;
  }

  private Malformed malformed(byte[] key, byte[] found) {
    String name = new String(key, StandardCharsets.US_ASCII);
    return new Malformed(meminfo.toString(), 0, "a line " + name + " in kB", found);
  }
}
