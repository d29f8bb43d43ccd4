package io.bilgewatch.docker;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Statx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * One of a container's state files: read again only when it changed, its last good content kept
 * when a newer one can't be read.
 */
final class StateFile<T> {
  private final List<Candidate> candidates;
  private final Parser<T> parser;
  private final Clock clock;
  private FileStamp stamp = FileStamp.NONE;
  private Optional<T> good = Optional.empty();
  private Optional<Reading.Missing<T>> problem = Optional.empty();

  /**
   * @param candidates of which the first that is there counts
   */
  StateFile(List<Path> candidates, Parser<T> parser, Clock clock) {
    this.candidates = candidates.stream().map(Candidate::new).toList();
    this.parser = parser;
    this.clock = clock;
  }

  /** Reads a file's content. */
  @FunctionalInterface
  interface Parser<T> {
    T parse(String source, byte[] content) throws Malformed;
  }

  private record Candidate(Path path, KernelPath kernelPath) {
    Candidate(Path path) {
      this(path, KernelPath.of(path.toString()));
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

  /**
   * Looks whether the file changed, and if so reads it. Tells whether anything is different.
   *
   * @param statx a buffer for the look
   */
  boolean refresh(Statx statx) {
    for (Candidate candidate : candidates) {
      try {
        return refresh(candidate.path(), statx.at(candidate.kernelPath()));
      } catch (ErrnoException e) {
        if (e.errno() != Errno.ENOENT) {
          return fail(FileStamp.NONE, Reading.failed(e));
        }
        // The next one may be there.
      }
    }
    String names = candidates.getFirst().path().getFileName() + " is not there";
    return fail(FileStamp.NONE, Reading.missing(Reading.Cause.VANISHED, names));
  }

  private boolean refresh(Path file, Statx now) {
    if (stamp.isOf(now)) {
      return false;
    }
    FileStamp settled = FileStamp.settled(now, clock.instant());
    try {
      byte[] content = StateFiles.read(file, JsonText.MAX_BYTES);
      good = Optional.of(parser.parse(file.toString(), content));
      problem = Optional.empty();
      stamp = settled;
      return true;
    } catch (IOException e) {
      return fail(settled, Reading.failed(e));
    }
  }

  private boolean fail(FileStamp now, Reading<T> failure) {
    Optional<Reading.Missing<T>> before = problem;
    problem = Optional.of((Reading.Missing<T>) failure);
    stamp = now;
    return !problem.equals(before);
  }
}
