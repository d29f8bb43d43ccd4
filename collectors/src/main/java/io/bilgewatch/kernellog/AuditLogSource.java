package io.bilgewatch.kernellog;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.RecordFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;

/**
 * auditd's log, followed over rotations. Its last 256 KiB are history. auditd turns every newline
 * within a record into a blank, so that a container can't begin a line.
 *
 * <p>Rotated, {@code audit.log} becomes {@code audit.log.1} and a new one appears: what was still
 * written to the old one is read first.
 */
public final class AuditLogSource implements KernelLogSource {
  public static final String NAME = "audit";
  static final int HISTORY_BYTES = 256 << 10;

  /** The file tells nobody that it grew: asked no more often than this. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  private static final int READ_BYTES = 64 << 10;

  private final Path path;
  private final Queue<KernelLogItem> pending = new ArrayDeque<>();
  private final LineBuffer lines = new LineBuffer();
  private final byte[] buffer = new byte[READ_BYTES];
  private RecordFile file;
  private Object identity;
  private long offset;
  private boolean caughtUp;

  private AuditLogSource(Path path) throws IOException {
    this.path = path;
    openCurrent();
    long size = Files.size(path);
    if (size > HISTORY_BYTES) {
      offset = file.seek(size - HISTORY_BYTES, RecordFile.SEEK_SET);
      lines.skipLine();
    }
  }

  /**
   * @throws IOException where there is no such log, or it may not be read
   */
  public static AuditLogSource open(HostRoot root) throws IOException {
    return new AuditLogSource(root.auditLog());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<KernelLogItem> next(Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      String line = lines.next();
      if (line != null) {
        AuditRecord.ofLogLine(line).map(KernelLogItem.Audit::new).ifPresent(pending::add);
      } else if (lines.hasOverlong()) {
        lost(lines.takeOverlong(), "lines of more than " + LineBuffer.MOST_BYTES + " bytes");
      } else if (!fill()) {
        if (!caughtUp) {
          caughtUp = true;
          pending.add(new KernelLogItem.CaughtUp());
        } else if (!pause(deadline)) {
          return Optional.empty();
        }
      }
      if (!pending.isEmpty()) {
        return Optional.of(pending.remove());
      }
    }
  }

  /** Whether there was something new to read, be it another file. */
  private boolean fill() throws IOException {
    if (read()) {
      return true;
    }
    BasicFileAttributes now;
    try {
      now = Files.readAttributes(path, BasicFileAttributes.class);
    } catch (NoSuchFileException _) {
      // In the midst of a rotation.
      return false;
    }
    if (!Objects.equals(now.fileKey(), identity)) {
      // What was written between the last read and the rotation.
      return read() || rotated();
    }
    return now.size() < offset && truncated();
  }

  private boolean read() throws IOException {
    int count = file.read(buffer);
    if (count <= 0) {
      return false;
    }
    offset += count;
    lines.add(buffer, count);
    return true;
  }

  private boolean rotated() throws IOException {
    if (lines.clear()) {
      lost(1, "half a line at the rotation");
    }
    if (!Objects.equals(identity, key(path.resolveSibling(path.getFileName() + ".1")))) {
      pending.add(
          new KernelLogItem.Lost(OptionalLong.empty(), path + ": rotated more than once, or away"));
    }
    file.close();
    openCurrent();
    pending.add(new KernelLogItem.Reopened(path + ": rotated"));
    return true;
  }

  private boolean truncated() throws IOException {
    if (lines.clear()) {
      lost(1, "half a line at the truncation");
    }
    offset = file.seek(0, RecordFile.SEEK_SET);
    pending.add(new KernelLogItem.Reopened(path + ": truncated"));
    return true;
  }

  private void lost(long records, String why) {
    pending.add(new KernelLogItem.Lost(OptionalLong.of(records), path + ": " + why));
  }

  /** Opens what has the name now, and remembers which file that is. */
  private void openCurrent() throws IOException {
    Object before = key(path);
    file = RecordFile.open(path, Fd.O_RDONLY, READ_BYTES);
    offset = 0;
    // Another file in between: one that nobody is, so that the next look finds a rotation.
    identity = Objects.equals(before, key(path)) ? before : new Object();
  }

  private static Object key(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException | FileNotFoundException _) {
      return null;
    }
  }

  /** Waits a little; whether there is time left. */
  private static boolean pause(long deadline) {
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      return false;
    }
    try {
      Thread.sleep(Math.min(left, PAUSE.toNanos()) / 1_000_000, 1_000);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
