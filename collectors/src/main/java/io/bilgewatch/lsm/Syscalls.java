package io.bilgewatch.lsm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** The names of system calls by architecture, from resources with a number and a name a line. */
final class Syscalls {
  /** EM_X86_64 | __AUDIT_ARCH_64BIT | __AUDIT_ARCH_LE (linux/audit.h). */
  static final long X86_64 = 0xc000003eL;

  static final long ARM64 = 0xc00000b7L;
  static final long I386 = 0x40000003L;

  /** __X32_SYSCALL_BIT: the x32 convention calls itself x86_64. */
  private static final int X32 = 0x40000000;

  private static final Map<Long, Map<Integer, String>> NAMES =
      Map.of(
          X86_64, load("syscalls-x86_64.txt"),
          ARM64, load("syscalls-arm64.txt"),
          I386, load("syscalls-i386.txt"));

  private Syscalls() {}

  static String name(OptionalLong architecture, int number) {
    String name = NAMES.getOrDefault(architecture.orElse(0), Map.of()).get(number & ~X32);
    return name == null ? "syscall_" + number : name;
  }

  private static Map<Integer, String> load(String resource) {
    Map<Integer, String> names = new HashMap<>();
    try (InputStream in = Syscalls.class.getResourceAsStream(resource);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int blank = line.indexOf(' ');
        if (!line.startsWith("#")) {
          names.put(Integer.valueOf(line.substring(0, blank)), line.substring(blank + 1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
    return Map.copyOf(names);
  }
}
