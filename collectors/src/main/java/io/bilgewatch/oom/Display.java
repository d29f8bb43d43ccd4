package io.bilgewatch.oom;

import io.bilgewatch.kernel.KernelPath;
import java.nio.charset.StandardCharsets;

/** Names and paths of the kernel's log, one char a byte, as people may see them. */
final class Display {
  private Display() {}

  static String of(String raw) {
    byte[] bytes = raw.getBytes(StandardCharsets.ISO_8859_1);
    return KernelPath.display(bytes, 0, bytes.length);
  }
}
