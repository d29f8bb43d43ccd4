package io.bilgewatch.containerlog;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.RecordFile;
import io.bilgewatch.libc.Statx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A log file, open for as long as it takes to look at it: a descriptor that was kept would keep the
 * space of a file that the engine removed. No link is followed, and no FIFO waited for.
 */
final class OpenLog implements AutoCloseable {
  private static final int FLAGS = Fd.O_RDONLY | Fd.O_NOFOLLOW | Fd.O_NONBLOCK;
  private static final int PIECE = 64 << 10;

  private final Path path;
  private final Fd fd;
  private final Facts facts;
  private RecordFile reader;

  /** What tells whether a file is another one, or has changed. */
  record Facts(
      int deviceMajor,
      int deviceMinor,
      long inode,
      long size,
      Instant modified,
      Optional<Instant> born) {
    /** An inode is soon used again, but not with the same time of birth. */
    boolean isSameFile(Facts other) {
      return inode == other.inode
          && born.equals(other.born)
          && deviceMajor == other.deviceMajor
          && deviceMinor == other.deviceMinor;
    }
  }

  /** Of what was looked at last. */
  static Facts facts(Statx statx) {
    return new Facts(
        statx.deviceMajor(),
        statx.deviceMinor(),
        statx.inode(),
        statx.sizeBytes(),
        statx.modified(),
        statx.born());
  }

  private OpenLog(Path path, Fd fd, Facts facts) {
    this.path = path;
    this.fd = fd;
    this.facts = facts;
  }

  /**
   * @throws IOException also where it is no regular file
   */
  static OpenLog open(Path path, Statx statx) throws IOException {
    Fd fd = Fd.open(KernelPath.of(path.toString()), FLAGS);
    try {
      statx.of(fd);
      if (!statx.isRegularFile()) {
        throw new IOException(path + ": not a regular file");
      }
      return new OpenLog(path, fd, facts(statx));
    } catch (IOException e) {
      fd.close();
      throw e;
    }
  }

  Facts facts() {
    return facts;
  }

  /** The file's bytes from an offset on. */
  InputStream from(long offset) throws IOException {
    if (reader == null) {
      reader = RecordFile.adopt(path.toString(), fd, PIECE);
    }
    reader.seek(offset, RecordFile.SEEK_SET);
    return new InputStream() {
      private final byte[] piece = new byte[PIECE];

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) == 1 ? one[0] & 0xff : -1;
      }

      @Override
      public int read(byte[] into, int at, int length) throws IOException {
        if (length == 0) {
          return 0;
        }
        byte[] part = length >= PIECE ? piece : new byte[length];
        int count = reader.read(part);
        if (count <= 0) {
          return -1;
        }
        System.arraycopy(part, 0, into, at, count);
        return count;
      }
    };
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    } else {
      fd.close();
    }
  }
}
