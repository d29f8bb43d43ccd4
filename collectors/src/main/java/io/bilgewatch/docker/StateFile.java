package io.bilgewatch.docker;

import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One of a container's state files: read again only when it changed, its last good content kept
 * when a newer one can't be read.
 */
final class StateFile<T> {
  /**
   * Coarser than any file system's clock. A file can change once more within a tick of that clock,
   * with the same size and even the same inode, so what was read that soon is read again.
   */
  private static final Duration TICK = Duration.ofMillis(100);

  private final List<Path> candidates;
  private final Parser<T> parser;
  private final Clock clock;
  private Stamp stamp = Stamp.NONE;
  private Optional<T> good = Optional.empty();
  private Optional<Reading.Missing<T>> problem = Optional.empty();

  /**
   * @param candidates of which the first that is there counts
   */
  StateFile(List<Path> candidates, Parser<T> parser, Clock clock) {
    this.candidates = List.copyOf(candidates);
    this.parser = parser;
    this.clock = clock;
  }

  /** Reads a file's content. */
  @FunctionalInterface
  interface Parser<T> {
    T parse(String source, byte[] content) throws Malformed;
  }

  /** What tells that a file is the one that was read. */
  private record Stamp(Object inode, long size, FileTime modified) {
    static final Stamp NONE = new Stamp("", -1, FileTime.fromMillis(0));

    static Stamp of(BasicFileAttributes attributes) {
      return new Stamp(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
    }
  }

  /** The last content that could be read, or why none could. */
  Reading<T> reading() {
    return good.map(Reading::of)
        .orElseGet(() -> problem.map(why -> (Reading<T>) why).orElseGet(StateFile::pending));
  }

  private static <T> Reading<T> pending() {
    return Reading.missing(Reading.Cause.PENDING, "not read yet");
  }

  /** Why the newest content is not known. */
  Optional<String> problem() {
    return problem.map(Reading.Missing::detail);
  }

  /** Whether there was no file when it was last looked for. */
  boolean isAbsent() {
    return problem.map(why -> why.cause() == Reading.Cause.VANISHED).orElse(false);
  }

  /** Looks whether the file changed, and if so reads it. Tells whether anything is different. */
  boolean refresh() {
    for (Path candidate : candidates) {
      try {
        return refresh(candidate, Stamp.of(StateFiles.attributes(candidate)));
      } catch (NoSuchFileException _) {
        // The next one may be there.
      } catch (IOException e) {
        return fail(Stamp.NONE, Reading.failed(e));
      }
    }
    String names = candidates.getFirst().getFileName() + " is not there";
    return fail(Stamp.NONE, Reading.missing(Reading.Cause.VANISHED, names));
  }

  private boolean refresh(Path file, Stamp now) {
    if (now.equals(stamp)) {
      return false;
    }
    try {
      byte[] content = StateFiles.read(file, JsonText.MAX_BYTES);
      good = Optional.of(parser.parse(file.toString(), content));
      problem = Optional.empty();
      stamp = settled(now);
      return true;
    } catch (IOException e) {
      return fail(settled(now), Reading.failed(e));
    }
  }

  private boolean fail(Stamp now, Reading<T> failure) {
    Optional<Reading.Missing<T>> before = problem;
    problem = Optional.of((Reading.Missing<T>) failure);
    stamp = now;
    return !problem.equals(before);
  }

  private Stamp settled(Stamp read) {
    Duration age = Duration.between(read.modified().toInstant(), clock.instant());
    return age.abs().compareTo(TICK) < 0 ? Stamp.NONE : read;
  }
}
