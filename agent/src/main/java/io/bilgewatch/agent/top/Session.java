package io.bilgewatch.agent.top;

import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Terminal;
import java.io.EOFException;
import java.time.Duration;
import java.util.List;

/**
 * The terminal for as long as it is ours. Whoever ends it, the user, a signal or an error, gets it
 * back as it was; nothing is drawn from then on. What the terminal does not take yet is one screen
 * at most: the next ones are left out until it does.
 */
final class Session implements AutoCloseable {
  private static final Duration GOODBYE = Duration.ofMillis(500);
  private static final int POLL_MILLIS = 10;

  private final Terminal terminal;
  private final Painter painter;
  private byte[] pending = new byte[0];
  private int written;
  private boolean ours;
  private boolean over;

  Session(Terminal terminal, Painter painter) {
    this.terminal = terminal;
    this.painter = painter;
  }

  synchronized void enter() throws ErrnoException {
    if (!over) {
      terminal.raw();
      ours = true;
      give(painter.begin());
    }
  }

  /** Whether nobody, such as a shell, has set it otherwise meanwhile. */
  synchronized boolean isRaw() throws ErrnoException {
    return !ours || terminal.isRaw();
  }

  /** Whether the terminal took all of the screen; where it takes none, it is for another time. */
  synchronized boolean draw(List<Line> lines, Terminal.Size size) throws ErrnoException {
    flush();
    if (ours && written == pending.length) {
      give(painter.paint(lines, size));
      return true;
    }
    return !ours;
  }

  synchronized void forget() {
    painter.forget();
  }

  Terminal.Size size() throws ErrnoException {
    return terminal.size();
  }

  byte[] read(Duration patience) throws ErrnoException, EOFException {
    return terminal.read(patience);
  }

  private void give(byte[] bytes) throws ErrnoException {
    pending = bytes;
    written = 0;
    flush();
  }

  private void flush() throws ErrnoException {
    while (ours && written < pending.length) {
      int taken = terminal.write(pending, written);
      if (taken == 0) {
        return;
      }
      written += taken;
    }
  }

  /** Gives the terminal back for a while. */
  synchronized void leave() throws ErrnoException {
    if (!ours) {
      return;
    }
    try {
      terminal.resume();
      give(Painter.end());
      long until = System.nanoTime() + GOODBYE.toNanos();
      while (written < pending.length && System.nanoTime() < until) {
        Thread.sleep(POLL_MILLIS);
        flush();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      ours = false;
      terminal.restore();
    }
  }

  /** For good; the descriptor ends with the process, since a signal may come at any time. */
  @Override
  public synchronized void close() {
    over = true;
    try {
      leave();
    } catch (ErrnoException _) {
      // The terminal is gone: there is nothing to give back.
    }
  }
}
