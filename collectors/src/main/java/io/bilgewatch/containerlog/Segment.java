package io.bilgewatch.containerlog;

import java.nio.file.Path;

/**
 * A part of a container's log that was not read yet.
 *
 * @param facts by which the file is known again
 * @param from offset of its first byte, in what the file holds or, if compressed, held
 * @param to one behind its last
 */
record Segment(Path file, OpenLog.Facts facts, boolean compressed, long from, long to) {

  long bytes() {
    return to - from;
  }

  Segment without(long first) {
    return new Segment(file, facts, compressed, from + first, to);
  }
}
