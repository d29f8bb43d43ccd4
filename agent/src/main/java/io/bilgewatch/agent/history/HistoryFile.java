package io.bilgewatch.agent.history;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.core.JacksonException;
import io.bilgewatch.agent.history.Restored.Failed;
import io.bilgewatch.agent.history.Restored.Loaded;
import io.bilgewatch.agent.history.Restored.NoFile;
import io.bilgewatch.agent.history.Restored.SetAside;
import io.bilgewatch.agent.history.Restored.TooOld;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * Keeps the histories over a restart in one small file: gzip'd JSON with a version and the time of
 * its writing. It is replaced as a whole or not at all, and one that is not understood is set
 * aside.
 */
public final class HistoryFile {
  static final String NAME = "histories.json.gz";
  private static final String TEMPORARY = NAME + ".new";
  private static final String CORRUPT = NAME + ".corrupt-";
  private static final int MOST_CORRUPT = 3;

  /** 2,500 full histories that gzip does nothing for take 14 MiB. */
  private static final long MOST_BYTES = 32 << 20;

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Path directory;
  private final Path file;

  /**
   * @param directory for what the agent remembers; it must be there when something is saved
   */
  public HistoryFile(Path directory) {
    this.directory = directory;
    this.file = directory.resolve(NAME);
  }

  /** Where it is. */
  public Path path() {
    return file;
  }

  /** Any thread may save, while another feeds the histories. */
  public void save(Histories histories, Instant at, long nowNanos) throws IOException {
    Path temporary = directory.resolve(TEMPORARY);
    try (FileChannel channel = FileChannel.open(temporary, CREATE, TRUNCATE_EXISTING, WRITE)) {
      // Not closed before it is synced; closing the stream would close the channel.
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
      GZIPOutputStream gzip = new GZIPOutputStream(out);
      HistoryWriter.write(gzip, histories, at, nowNanos);
      gzip.finish();
      out.flush();
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel names = FileChannel.open(directory, READ)) {
      names.force(true);
    }
  }

  /**
   * Puts what the file has into histories, with the time that has passed since by the wall clock.
   * Never throws.
   */
  public Restored load(Histories into, Instant at, long nowNanos) {
    try {
      SavedHistories saved = read(into.mostSeries());
      Duration passed = Duration.between(saved.at(), at);
      // A clock that was set back does not say how long ago it was; the agent's own restart is
      // short.
      Duration age = passed.isNegative() ? Duration.ZERO : passed;
      if (age.compareTo(into.longWindow()) > 0) {
        return new TooOld(age);
      }
      return new Loaded(saved.restoreTo(into, nowNanos - age.toNanos()), age);
    } catch (NoSuchFileException _) {
      return new NoFile();
    } catch (NotAHistory | JacksonException | ZipException | EOFException e) {
      return setAside(at, String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      return new Failed(file + ": " + e);
    }
  }

  private SavedHistories read(int mostSeries) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("not a regular file");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new NotAHistory(Files.size(file) + " bytes, " + MOST_BYTES + " at most are read");
    }
    try (InputStream in = Files.newInputStream(file);
        InputStream unpacked = new GZIPInputStream(in, 1 << 16)) {
      return HistoryReader.read(unpacked, mostSeries);
    }
  }

  private Restored setAside(Instant at, String why) {
    Path aside = directory.resolve(CORRUPT + STAMP.format(at));
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      dropOldCorrupt();
      return new SetAside(aside, why);
    } catch (IOException e) {
      return new Failed(file + ": " + why + "; and it can't be set aside: " + e);
    }
  }

  private void dropOldCorrupt() throws IOException {
    List<Path> newestLast;
    try (Stream<Path> all = Files.list(directory)) {
      newestLast =
          all.filter(path -> path.getFileName().toString().startsWith(CORRUPT)).sorted().toList();
    }
    for (Path old : newestLast.subList(0, Math.max(0, newestLast.size() - MOST_CORRUPT))) {
      Files.deleteIfExists(old);
    }
  }
}
