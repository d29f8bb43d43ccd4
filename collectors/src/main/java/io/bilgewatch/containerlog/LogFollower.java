package io.bilgewatch.containerlog;

import io.bilgewatch.containerlog.RotatedLogs.Place;
import io.bilgewatch.docker.LogFile;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Statx;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;

/**
 * Reads what is appended to a container's log, through rotation, compression and truncation, and no
 * more of it than it is granted: what is over is skipped, to near the end, and counted. Holds no
 * file open between looks. Not for several threads.
 */
public final class LogFollower {
  /** Bytes before the reader's place that tell whether the file still is the one it was. */
  private static final int BEFORE = 64;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Path path;
  private final KernelPath name;
  private final RowReader rows;
  private boolean fromBeginning;
  private Place place;
  private OpenLog.Facts seen;
  private Instant looked = Instant.MAX;
  private List<Segment> unread = List.of();
  private boolean aligned = true;
  private long skippedBytes;
  private long lostBytes;
  private boolean broken;
  private boolean there;
  private OpenLog.Facts current;

  /**
   * @param fromBeginning whether what the file holds at the first look is new, too
   */
  public LogFollower(LogFile file, boolean fromBeginning) {
    this.path = file.path();
    this.name = KernelPath.of(path.toString());
    this.rows = new RowReader(file.format());
    this.fromBeginning = fromBeginning;
  }

  /**
   * Looks how many bytes there are to read: a stat where nothing was written.
   *
   * @param buffers of the thread, which all followers may share
   */
  public long look(LogBuffers buffers, Instant now) throws IOException {
    unread = List.of();
    lostBytes = 0;
    if (place != null && isAsSeen(buffers.statx())) {
      looked = now;
      return 0;
    }
    try (OpenLog log = OpenLog.open(path, buffers.statx())) {
      if (place == null) {
        begin(log);
      }
      current = log.facts();
      if (!current.equals(seen)) {
        unread = segments(log, buffers.statx());
      }
      looked = now;
      return unread.stream().mapToLong(Segment::bytes).sum();
    } catch (ErrnoException e) {
      RotatedLogs.ifMissing(e);
      // Not written yet, or between two names. What comes will be new.
      fromBeginning = true;
      return 0;
    }
  }

  /** Most logs are, most of the time: then the file is not even opened. */
  private boolean isAsSeen(Statx statx) {
    try {
      OpenLog.Facts now = OpenLog.facts(statx.at(name));
      there = seen == null ? isStillEmpty(now) : now.equals(seen);
    } catch (ErrnoException _) {
      // What is wrong shows where it is opened.
      there = false;
    }
    return there;
  }

  private boolean isStillEmpty(OpenLog.Facts now) {
    return now.size() == 0 && place.offset() == 0 && now.isSameFile(place.file());
  }

  /** Whether the last look found the file, and nothing new in it. */
  public boolean isUnchanged() {
    return there;
  }

  private void begin(OpenLog log) throws IOException {
    long offset = fromBeginning ? 0 : log.facts().size();
    place = new Place(log.facts(), offset, before(log, offset));
    aligned = rows.isBoundary(place.before());
    seen = offset == 0 ? null : log.facts();
  }

  private static ByteBuffer before(OpenLog log, long offset) throws IOException {
    int length = (int) Math.min(BEFORE, offset);
    return length == 0 ? NOTHING : ByteBuffer.wrap(log.from(offset - length).readNBytes(length));
  }

  private List<Segment> segments(OpenLog log, Statx statx) throws IOException {
    long size = current.size();
    if (current.isSameFile(place.file()) && isUnbroken(log)) {
      return List.of(new Segment(path, current, false, place.offset(), size));
    }
    List<Segment> segments = new ArrayList<>();
    segments.addAll(new RotatedLogs(path, statx).unread(place, looked));
    boolean found = !segments.isEmpty() && segments.getFirst().from() == place.offset();
    if (!found && seen != null) {
      lostBytes = Math.max(0, seen.size() - place.offset());
    }
    broken = !found;
    segments.add(new Segment(path, current, false, 0, size));
    return segments;
  }

  private boolean isUnbroken(OpenLog log) throws IOException {
    return current.size() >= place.offset() && place.before().equals(before(log, place.offset()));
  }

  /** Reads what {@link #look} found, at most so many bytes of it. */
  public void read(LogBuffers buffers, long granted, LogLine lines) throws IOException {
    if (broken) {
      broken = false;
      skippedBytes += lostBytes;
      rows.reset();
      aligned = true;
    }
    long over = unread.stream().mapToLong(Segment::bytes).sum() - granted;
    for (Segment segment : unread) {
      long first = Math.clamp(over, 0, segment.bytes());
      if (first > 0) {
        skip(first);
        over -= first;
      }
      if (!read(buffers, segment.without(first), lines)) {
        // Renamed since the look; what is left is found at the next one.
        break;
      }
    }
    unread = List.of();
    skippedBytes += rows.takeSkippedBytes();
  }

  private void skip(long bytes) {
    skippedBytes += bytes;
    rows.reset();
    aligned = false;
  }

  private boolean read(LogBuffers buffers, Segment segment, LogLine lines) throws IOException {
    try (OpenLog log = OpenLog.open(segment.file(), buffers.statx())) {
      if (!log.facts().isSameFile(segment.facts())) {
        return false;
      }
      if (segment.compressed()) {
        inflate(buffers, log, segment, lines);
      } else {
        InputStream in = log.from(segment.from());
        long read = rows.read(buffers, in, segment.bytes(), aligned, lines);
        settle(log, segment, segment.from() + read);
      }
      return true;
    } catch (ErrnoException e) {
      RotatedLogs.ifMissing(e);
      return false;
    }
  }

  /** The engine may still be writing it, and then the rest of it is lost. */
  private void inflate(LogBuffers buffers, OpenLog log, Segment segment, LogLine lines)
      throws IOException {
    long read = 0;
    if (segment.from() <= RotatedLogs.MOST_INFLATED) {
      try (InputStream in = RotatedLogs.content(log, true, segment.from())) {
        read = rows.read(buffers, in, segment.bytes(), aligned, lines);
      } catch (ZipException | EOFException _) {
        // Not whole.
      }
    }
    skippedBytes += segment.bytes() - read;
    aligned = true;
    if (rows.tail().capacity() > 0) {
      place = new Place(place.file(), segment.to(), rows.tail());
    }
  }

  /** Where to read on; the last row of a file that was renamed is over. */
  private void settle(OpenLog log, Segment segment, long offset) throws IOException {
    boolean last = segment.file().equals(path);
    long settled = last ? offset : segment.to();
    aligned = !last || rows.isAligned();
    skippedBytes += settled - offset;
    place = new Place(log.facts(), settled, before(log, settled));
    seen = segment.facts();
  }

  /** A last line without an end is one, once nothing more comes. */
  public void flush(LogLine lines) {
    rows.flush(lines);
  }

  /** Bytes that were not read, or not looked at, since the last call. */
  public long takeSkippedBytes() {
    long taken = skippedBytes;
    skippedBytes = 0;
    return taken;
  }

  /** Rows that are not what the driver writes, since the last call. */
  public long takeMalformedRows() {
    return rows.takeMalformedRows();
  }
}
