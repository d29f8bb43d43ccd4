package io.bilgewatch.kernellog;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.RecordFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;

/**
 * {@code /dev/kmsg}, from the oldest record that the kernel still has. Each read(2) is one record.
 * Where the ring was overrun, one read fails with EPIPE and the next yields the oldest record that
 * is left; how many are missing is the jump in the sequence, which is counted whether EPIPE came or
 * not.
 */
public final class KmsgSource implements KernelLogSource {
  public static final String NAME = "kmsg";

  /**
   * More than the kernel ever gives in one read (8 KiB, CONSOLE_EXT_LOG_MAX): it refuses a record
   * that does not fit and would do so for ever.
   */
  private static final int MOST_BYTES = 16 << 10;

  private static final long UNKNOWN = -1;

  private final Opener opener;
  private final byte[] buffer = new byte[MOST_BYTES];
  private final Queue<KernelLogItem> pending = new ArrayDeque<>();
  private final ToldLosses told = new ToldLosses();
  private Device device;
  private long expected = UNKNOWN;
  private boolean overrun;
  private boolean caughtUp;
  private boolean reopened;

  /** Opens the device, or what stands for it in a test. */
  @FunctionalInterface
  interface Opener {
    Device open() throws ErrnoException;
  }

  /** What is asked of the device: see {@link RecordFile}. */
  interface Device {
    int read(byte[] into) throws ErrnoException;

    boolean awaitReadable(Duration patience) throws ErrnoException;

    void close();
  }

  private record KernelDevice(RecordFile file) implements Device {
    @Override
    public int read(byte[] into) throws ErrnoException {
      return file.read(into);
    }

    @Override
    public boolean awaitReadable(Duration patience) throws ErrnoException {
      return file.awaitReadable(patience);
    }

    @Override
    public void close() {
      file.close();
    }
  }

  private KmsgSource(Opener opener) throws ErrnoException {
    this.opener = opener;
    this.device = opener.open();
  }

  /**
   * @throws ErrnoException EPERM where CAP_SYSLOG is missing and {@code kernel.dmesg_restrict} set
   */
  public static KmsgSource open(HostRoot root) throws ErrnoException {
    Path path = root.kmsg();
    return of(() -> {
      RecordFile opened = RecordFile.open(path, Fd.O_RDONLY, MOST_BYTES);
      opened.seek(0, RecordFile.SEEK_SET);
      return new KernelDevice(opened);
    });
  }

  static KmsgSource of(Opener opener) throws ErrnoException {
    return new KmsgSource(opener);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<KernelLogItem> next(Duration patience) throws IOException {
    boolean waited = false;
    while (pending.isEmpty()) {
      int count = read();
      if (count > 0) {
        record(count);
      } else if (count < 0 && !caughtUp) {
        caughtUp = true;
        pending.add(new KernelLogItem.CaughtUp());
      } else if (count < 0 && waited) {
        return Optional.empty();
      } else if (count < 0) {
        waited = true;
        device.awaitReadable(patience);
      }
    }
    return Optional.of(pending.remove());
  }

  /** What a read brought: 0 for an error that was dealt with. */
  private int read() throws ErrnoException {
    if (device == null) {
      device = opener.open();
    }
    try {
      int count = device.read(buffer);
      reopened = false;
      // A device never ends; a plain file in its place has nothing now.
      return count == 0 ? -1 : count;
    } catch (ErrnoException e) {
      switch (e.errno()) {
        case Errno.EPIPE -> overrun = true;
        case Errno.EIO, Errno.ENODEV -> reopen(e);
        default -> throw e;
      }
      return 0;
    }
  }

  private void reopen(ErrnoException cause) throws ErrnoException {
    device.close();
    device = null;
    if (reopened) {
      // Still broken: whoever asks has to wait, or it would be opened in a busy loop.
      throw cause;
    }
    reopened = true;
    pending.add(new KernelLogItem.Reopened(String.valueOf(cause.getMessage())));
    device = opener.open();
  }

  private void record(int count) {
    KmsgRecord record;
    try {
      record = KmsgRecord.parse(buffer, 0, count);
    } catch (Malformed e) {
      expected += expected == UNKNOWN ? 0 : 1;
      pending.add(new KernelLogItem.Lost(OptionalLong.of(1), "not understood: " + e.getMessage()));
      return;
    }
    if (record.sequence() < expected) {
      // Opened anew, the device begins with what was read before.
      return;
    }
    gap(record.sequence());
    expected = record.sequence() + 1;
    pending.add(new KernelLogItem.Kmsg(record));
    told.read(record).ifPresent(pending::add);
  }

  private void gap(long sequence) {
    String why = overrun ? "the ring was overrun" : "a gap in the sequence";
    if (expected != UNKNOWN && sequence > expected) {
      pending.add(new KernelLogItem.Lost(OptionalLong.of(sequence - expected), why));
    } else if (overrun) {
      pending.add(new KernelLogItem.Lost(OptionalLong.empty(), why));
    }
    overrun = false;
  }

  @Override
  public void close() {
    if (device != null) {
      device.close();
      device = null;
    }
  }
}
