package io.bilgewatch.libc;

import java.util.Locale;

/** The processor architecture, where the kernel's numbers depend on it. */
final class Machine {
  static final boolean ARM64 =
      switch (System.getProperty("os.arch").toLowerCase(Locale.ROOT)) {
        case "aarch64", "arm64" -> true;
        default -> false;
      };

  private Machine() {}
}
