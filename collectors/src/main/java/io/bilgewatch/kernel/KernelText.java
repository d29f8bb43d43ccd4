package io.bilgewatch.kernel;

import java.nio.charset.StandardCharsets;

/**
 * Text that came from the kernel's log, a {@code char} for each byte (ISO-8859-1): in no particular
 * encoding and partly chosen by whoever is watched.
 */
public final class KernelText {
  private KernelText() {}

  /** For people and labels: valid UTF-8, everything else as {@code \xNN}. */
  public static String display(String latin1) {
    if (isPlain(latin1)) {
      return latin1;
    }
    byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
    return KernelPath.display(bytes, 0, bytes.length);
  }

  /** A burst of records has hardly ever anything else, and decoding costs more than reading it. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }
}
