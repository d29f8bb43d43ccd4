package io.bilgewatch.host;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import oshi.util.FileUtil;

/**
 * Reads the host's memory through OSHI: {@code /proc/meminfo} (proc_meminfo(5)), among many other
 * lines:
 *
 * <pre>
 * MemTotal:        8131380 kB
 * MemAvailable:    4321000 kB     since Linux 3.14
 * SwapFree:              0 kB
 * </pre>
 *
 * <p>Only OSHI's reader of such files: its GlobalMemory keeps the first directory that it was told
 * as {@code /proc} for good, and brings classes for all the hardware there is.
 */
public final class HostMemoryReader {
  private static final long KIB = 1024;

  private final Path meminfo;

  public HostMemoryReader(HostRoot host) {
    this.meminfo = host.proc("meminfo");
  }

  /** OSHI answers an unreadable file with no lines, and no host has no memory. */
  public Reading<HostMemory> read() {
    if (!Files.isReadable(meminfo)) {
      return Reading.missing(Cause.FAILED, meminfo + " can't be read");
    }
    Map<String, String> lines = FileUtil.getKeyValueMapFromFile(meminfo.toString(), ":");
    try {
      return Reading.of(
          new HostMemory(
              bytes(lines, "MemTotal"), bytes(lines, "MemAvailable"), bytes(lines, "SwapFree")));
    } catch (Malformed e) {
      return Reading.failed(e);
    }
  }

  private long bytes(Map<String, String> lines, String key) throws Malformed {
    String value = lines.getOrDefault(key, "");
    String number = value.endsWith(" kB") ? value.substring(0, value.length() - 3) : "";
    if (!number.matches("[0-9]{1,15}")) {
      byte[] found = (key + ":" + value).getBytes(StandardCharsets.UTF_8);
      throw new Malformed(meminfo.toString(), 0, "a line " + key + " in kB", found);
    }
    return Long.parseLong(number) * KIB;
  }
}
