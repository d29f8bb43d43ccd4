package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.bilgewatch.kernel.KernelPath;
import java.io.EOFException;
import java.time.Duration;
import java.util.Arrays;

/**
 * The controlling terminal of this process (tty(4)): key by key instead of line by line
 * (termios(3)), its size, and writes that never wait for who does not read. Not for several
 * threads, but for {@link #restore} and {@link #size}.
 *
 * <pre>
 * struct termios: u32 c_iflag @0, u32 c_oflag @4, u32 c_cflag @8, u32 c_lflag @12, u8 c_line @16,
 * u8 c_cc[32] @17, u32 c_ispeed @52, u32 c_ospeed @56
 * struct winsize: u16 ws_row @0, u16 ws_col @2, u16 ws_xpixel @4, u16 ws_ypixel @6
 * </pre>
 */
public final class Terminal implements AutoCloseable {
  static final int TERMIOS_SIZE = 60;
  static final int LFLAG = 12;
  static final int CC = 17;
  static final int ISIG = 0x1;
  static final int ICANON = 0x2;
  static final int ECHO = 0x8;
  static final int IEXTEN = 0x8000;
  static final int VTIME = 5;
  static final int VMIN = 6;
  static final int TCSANOW = 0;
  static final int TCOOFF = 0;
  static final int TCOON = 1;
  static final int WINSIZE_SIZE = 8;
  static final int WS_ROW = 0;
  static final int WS_COL = 2;
  static final int TIOCGWINSZ = 0x5413;
  static final int SIGTSTP = 20;

  /** The own process group. */
  private static final int GROUP = 0;

  private static final int READ_BYTES = 4096;
  private static final KernelPath CONTROLLING = KernelPath.of("/dev/tty");

  private final Fd fd;
  private final Poll poll = new Poll();
  private final Memory in = new Memory(READ_BYTES);
  private final byte[] before;

  /** Of rows and columns. */
  public record Size(int rows, int columns) {}

  private Terminal(Fd fd, byte[] before) {
    this.fd = fd;
    this.before = before;
  }

  /** Whether a descriptor of this process, such as 1 for standard output, is a terminal. */
  public static boolean isTerminal(int descriptor) {
    try (Memory settings = new Memory(TERMIOS_SIZE)) {
      return Libc.tcgetattr(descriptor, Pointer.nativeValue(settings)) == 0;
    }
  }

  /**
   * Changes nothing of it yet.
   *
   * @throws ErrnoException ENXIO where this process has none
   */
  public static Terminal open() throws ErrnoException {
    Fd fd = Fd.open(CONTROLLING, Fd.O_RDWR | Fd.O_NONBLOCK | Fd.O_NOCTTY);
    try {
      return new Terminal(fd, settings(fd));
    } catch (ErrnoException e) {
      fd.close();
      throw e;
    }
  }

  private static byte[] settings(Fd fd) throws ErrnoException {
    try (Memory settings = new Memory(TERMIOS_SIZE)) {
      if (Libc.tcgetattr(fd.number(), Pointer.nativeValue(settings)) != 0) {
        throw new ErrnoException("tcgetattr", CONTROLLING.toString(), Errno.last());
      }
      return settings.getByteArray(0, TERMIOS_SIZE);
    }
  }

  /**
   * Each key at once, unseen, and none of them a signal. A process that is not in the foreground is
   * stopped by that until it is.
   */
  public void raw() throws ErrnoException {
    try (Memory settings = new Memory(TERMIOS_SIZE)) {
      settings.write(0, before, 0, TERMIOS_SIZE);
      settings.setInt(LFLAG, settings.getInt(LFLAG) & ~(ICANON | ECHO | ISIG | IEXTEN));
      settings.setByte(CC + VMIN, (byte) 1);
      settings.setByte(CC + VTIME, (byte) 0);
      set(settings);
    }
  }

  private void set(Memory settings) throws ErrnoException {
    while (Libc.tcsetattr(fd.number(), TCSANOW, Pointer.nativeValue(settings)) != 0) {
      int errno = Errno.last();
      if (errno != Errno.EINTR) {
        throw new ErrnoException("tcsetattr", CONTROLLING.toString(), errno);
      }
    }
  }

  /** Whether somebody else, such as a shell, has set it otherwise since {@link #raw}. */
  public boolean isRaw() throws ErrnoException {
    byte[] now = settings(fd);
    return (now[LFLAG] & (ICANON | ECHO)) == 0;
  }

  /** As it was when it was opened. */
  public void restore() throws ErrnoException {
    try (Memory settings = new Memory(TERMIOS_SIZE)) {
      settings.write(0, before, 0, TERMIOS_SIZE);
      set(settings);
    }
  }

  /** What Ctrl-S held up goes on. The kernel starts only what it was told to stop this way. */
  public void resume() {
    Libc.tcflow(fd.number(), TCOOFF);
    Libc.tcflow(fd.number(), TCOON);
  }

  /** Zeros where the terminal does not know. */
  public Size size() throws ErrnoException {
    try (Memory size = new Memory(WINSIZE_SIZE)) {
      if (Libc.ioctl(fd.number(), TIOCGWINSZ, Pointer.nativeValue(size)) != 0) {
        throw new ErrnoException("TIOCGWINSZ", CONTROLLING.toString(), Errno.last());
      }
      return new Size(size.getShort(WS_ROW) & 0xffff, size.getShort(WS_COL) & 0xffff);
    }
  }

  /**
   * What was typed; nothing where nothing was within the time.
   *
   * @throws EOFException where the terminal is gone
   */
  public byte[] read(Duration patience) throws ErrnoException, EOFException {
    if (!poll.isReadable(fd, patience)) {
      return new byte[0];
    }
    long count = Libc.read(fd.number(), Pointer.nativeValue(in), READ_BYTES);
    if (count > 0) {
      return in.getByteArray(0, (int) count);
    }
    int errno = count == 0 ? Errno.EIO : Errno.last();
    if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
      return new byte[0];
    }
    if (errno == Errno.EIO) {
      throw new EOFException("the terminal is gone");
    }
    throw new ErrnoException("read", CONTROLLING.toString(), errno);
  }

  /** As much as the terminal takes now, which may be nothing: how many bytes. */
  public int write(byte[] bytes, int from) throws ErrnoException {
    byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);
    if (rest.length == 0) {
      return 0;
    }
    try (Memory out = new Memory(rest.length)) {
      out.write(0, rest, 0, rest.length);
      long count = Libc.write(fd.number(), Pointer.nativeValue(out), rest.length);
      if (count >= 0) {
        return (int) count;
      }
      int errno = Errno.last();
      if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
        return 0;
      }
      throw new ErrnoException("write", CONTROLLING.toString(), errno);
    }
  }

  /** Stops this job as Ctrl-Z does; returns when it was continued. */
  public static void stopJob() throws ErrnoException {
    if (Libc.kill(GROUP, SIGTSTP) != 0) {
      throw new ErrnoException("kill", "SIGTSTP", Errno.last());
    }
  }

  @Override
  public void close() {
    poll.close();
    in.close();
    fd.close();
  }
}
