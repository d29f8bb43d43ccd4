package io.bilgewatch.containerlog;

import java.time.Instant;
import java.util.Optional;

/** Is given the lines of a log one after the other. */
@FunctionalInterface
public interface LogLine {
  /**
   * @param text of the line without its end, the reader's own: to be used before returning
   * @param time when the engine got the line's end, where the log says
   */
  void read(byte[] text, int length, Optional<Instant> time);
}
