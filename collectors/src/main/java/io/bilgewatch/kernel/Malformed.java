package io.bilgewatch.kernel;

import java.io.IOException;
import java.util.Arrays;

/** A text that is not what the kernel or Docker writes; carries its evidence. */
public final class Malformed extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int EVIDENCE_BYTES = 40;

  /**
   * @param source what was read, such as {@code mountinfo} or a file's name
   * @param offset of the first byte that is wrong
   * @param expected what should stand there
   * @param text all that was read, of which at most 40 bytes are shown
   */
  public Malformed(String source, int offset, String expected, byte[] text) {
    super(
        "%s: at byte %d expected %s, found \"%s\""
            .formatted(source, offset, expected, evidence(text, offset)));
  }

  public Malformed(String source, String expected, Throwable cause) {
    super("%s: expected %s (%s)".formatted(source, expected, cause.getMessage()), cause);
  }

  private static String evidence(byte[] text, int offset) {
    int from = Math.clamp(offset, 0, text.length);
    byte[] found = Arrays.copyOfRange(text, from, Math.min(text.length, from + EVIDENCE_BYTES));
    return KernelPath.display(found, 0, found.length);
  }
}
