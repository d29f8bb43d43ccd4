package io.bilgewatch.kernel;

import java.io.IOException;
import java.util.Arrays;

/**
 * What the last text meant: a text that is the same is not parsed again, and its meaning is the
 * very same object. Not for several threads at once.
 */
public final class Remembered<T> {
  private byte[] text;
  private T meaning;

  /** Says what a text means. */
  @FunctionalInterface
  public interface Parser<T> {
    T parse(byte[] text) throws IOException;
  }

  /**
   * @throws IOException of the parser; what was known before stays known
   */
  public T of(byte[] now, Parser<T> parser) throws IOException {
    if (!Arrays.equals(now, text)) {
      meaning = parser.parse(now);
      text = now;
    }
    return meaning;
  }
}
