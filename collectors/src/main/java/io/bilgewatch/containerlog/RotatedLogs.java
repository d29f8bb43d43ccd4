package io.bilgewatch.containerlog;

import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Statx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * What the engine made of a log file by {@code max-size} and {@code max-file}: {@code X} was
 * renamed {@code X.1}, that {@code X.2} and so on; with {@code compress}, each but {@code X} is
 * replaced by {@code X.n.gz} a while after.
 *
 * @param statx to look with
 */
record RotatedLogs(Path current, Statx statx) {
  /** More than anybody keeps. */
  private static final int MOST = 100;

  /** Inflating costs; what lies further behind is given up. */
  static final long MOST_INFLATED = 64L << 20;

  /** The last bytes of a gzip file say how much it holds, modulo 2^32 (RFC 1952). */
  private static final int LENGTH_FIELD = Integer.BYTES;

  /** Where the reader was in a file, and the last bytes before. */
  record Place(OpenLog.Facts file, long offset, ByteBuffer before) {}

  /**
   * What was not read of the renamed files, the oldest first.
   *
   * @param sinceLook when the reader looked last
   */
  List<Segment> unread(Place place, Instant sinceLook) throws IOException {
    List<Segment> newestFirst = new ArrayList<>();
    for (int n = 1; n <= MOST; n++) {
      Optional<Segment> found = rotated(n);
      if (found.isEmpty()) {
        break;
      }
      Segment whole = found.get();
      if (isPlace(whole, place)) {
        newestFirst.add(whole.without(Math.min(place.offset(), whole.to())));
        return newestFirst.reversed();
      }
      newestFirst.add(whole);
    }
    // The reader's own file is gone. What was made after its last look can't have been read.
    newestFirst.removeIf(segment -> segment.compressed() || !isBornAfter(sinceLook, segment));
    return newestFirst.reversed();
  }

  private Optional<Segment> rotated(int n) throws IOException {
    Path plain = current.resolveSibling(current.getFileName() + "." + n);
    Path packed = current.resolveSibling(current.getFileName() + "." + n + ".gz");
    try (OpenLog log = OpenLog.open(plain, statx)) {
      return Optional.of(new Segment(plain, log.facts(), false, 0, log.facts().size()));
    } catch (ErrnoException e) {
      ifMissing(e);
    }
    try (OpenLog log = OpenLog.open(packed, statx)) {
      return Optional.of(new Segment(packed, log.facts(), true, 0, heldBytes(log)));
    } catch (ErrnoException e) {
      ifMissing(e);
      return Optional.empty();
    }
  }

  static void ifMissing(ErrnoException e) throws ErrnoException {
    if (e.errno() != Errno.ENOENT) {
      throw e;
    }
  }

  private static long heldBytes(OpenLog log) throws IOException {
    long size = log.facts().size();
    if (size < LENGTH_FIELD) {
      return 0;
    }
    byte[] field = log.from(size - LENGTH_FIELD).readNBytes(LENGTH_FIELD);
    return field.length < LENGTH_FIELD
        ? 0
        : Integer.toUnsignedLong(ByteBuffer.wrap(field).order(ByteOrder.LITTLE_ENDIAN).getInt());
  }

  /** By its inode, or, where it was compressed into another, by what it holds there. */
  private boolean isPlace(Segment segment, Place place) throws IOException {
    if (!segment.compressed() && !segment.facts().isSameFile(place.file())) {
      return false;
    }
    long from = place.offset() - place.before().capacity();
    if (segment.to() < place.offset() || from > MOST_INFLATED) {
      return false;
    }
    try (OpenLog log = OpenLog.open(segment.file(), statx);
        InputStream in = content(log, segment.compressed(), from)) {
      return place.before().equals(ByteBuffer.wrap(in.readNBytes(place.before().capacity())));
    } catch (ErrnoException e) {
      throw e;
    } catch (IOException _) {
      // Not gzip, or not whole.
      return false;
    }
  }

  /** What a file holds from an offset on. */
  static InputStream content(OpenLog log, boolean compressed, long from) throws IOException {
    if (!compressed) {
      return log.from(from);
    }
    InputStream in = new GZIPInputStream(log.from(0), 64 << 10);
    in.skipNBytes(Math.min(from, MOST_INFLATED));
    return in;
  }

  private static boolean isBornAfter(Instant time, Segment segment) {
    return segment.facts().born().filter(born -> born.isAfter(time)).isPresent();
  }
}
