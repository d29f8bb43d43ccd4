package io.bilgewatch.process;

import io.bilgewatch.kernel.Caused;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.libc.NetlinkSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The kernel's process connector: every fork, exec and exit of the host, in their order. While
 * somebody listens a fork and exit costs the forking process 6 to 14 µs more.
 *
 * <p>Needs CAP_NET_ADMIN before Linux 6.6, nothing since; and the first network, pid and user
 * namespace always. {@link #next} and {@link #close} are for one thread at a time, {@link
 * #awaitReadable} may be with another; any thread may {@link #wake} it.
 */
public final class ForkEvents implements AutoCloseable {
  private static final int RECEIVE_BUFFER = 4 << 20;

  /** The largest event has 76 bytes today. */
  private static final int MESSAGE_BYTES = 4 << 10;

  private static final Duration ANSWER_PATIENCE = Duration.ofMillis(500);
  private static final int ONLY =
      ConnectorMessage.PROC_EVENT_FORK
          | ConnectorMessage.PROC_EVENT_EXEC
          | ConnectorMessage.PROC_EVENT_EXIT;

  private final NetlinkSocket socket;
  private final byte[] message = new byte[MESSAGE_BYTES];

  private ForkEvents(NetlinkSocket socket) {
    this.socket = socket;
  }

  /** The kernel keeps silent, as it does towards a listener outside the first namespaces. */
  static final class NoAnswer extends IOException implements Caused {
    private static final long serialVersionUID = 1L;

    NoAnswer() {
      super("the process connector does not answer outside the first pid and user namespace");
    }

    @Override
    public Cause cause() {
      return Cause.UNSUPPORTED;
    }
  }

  /** The kernel said no. */
  static final class Refused extends IOException implements Caused {
    private static final long serialVersionUID = 1L;

    Refused(int errno) {
      super("the process connector refused to be listened to: errno " + errno);
    }

    @Override
    public Cause cause() {
      return Cause.NOT_PERMITTED;
    }
  }

  /**
   * @throws IOException with its cause: NOT_PERMITTED without CAP_NET_ADMIN on an older kernel,
   *     UNSUPPORTED in a kernel without it or outside the first namespaces
   */
  public static ForkEvents open() throws IOException {
    NetlinkSocket socket =
        NetlinkSocket.open(
            NetlinkSocket.NETLINK_CONNECTOR, ConnectorMessage.CN_IDX_PROC, MESSAGE_BYTES);
    ForkEvents events = new ForkEvents(socket);
    try {
      socket.receiveBuffer(RECEIVE_BUFFER);
      socket.send(ConnectorMessage.request(ConnectorMessage.PROC_CN_MCAST_LISTEN));
      events.awaitAnswer();
      // A task may rename itself as often as it likes, and each time is an event.
      socket.send(ConnectorMessage.requestOnly(ONLY));
      return events;
    } catch (IOException e) {
      events.close();
      throw e;
    }
  }

  /** The answer goes to all who listen: another listener's will do as well. */
  private void awaitAnswer() throws IOException {
    long end = System.nanoTime() + ANSWER_PATIENCE.toNanos();
    for (long left = ANSWER_PATIENCE.toNanos(); left > 0; left = end - System.nanoTime()) {
      if (socket.awaitReadable(Duration.ofNanos(left))
          && next().orElse(null) instanceof TaskEvent.Answer(int errno)) {
        if (errno != 0) {
          throw new Refused(errno);
        }
        return;
      }
    }
    throw new NoAnswer();
  }

  /** Whether {@link #next} would bring something, be it an error, within the time. */
  public boolean awaitReadable(Duration patience) throws IOException {
    return socket.awaitReadable(patience);
  }

  /** Ends the wait of who waits for an event now or later. */
  void wake() throws IOException {
    socket.wake();
  }

  /**
   * The next event, if there is one now.
   *
   * @throws io.bilgewatch.libc.ErrnoException ENOBUFS where events were lost; the next call goes on
   */
  public Optional<TaskEvent> next() throws IOException {
    while (true) {
      int length = socket.receive(message);
      if (length < 0) {
        return Optional.empty();
      }
      try {
        if (length > 0) {
          return Optional.of(ConnectorMessage.parse(message, length));
        }
      } catch (Malformed _) {
        // Of another connector's index, or of a kernel to come: not a task's event.
      }
    }
  }

  /** Says that nobody listens any more, or forks would stay dearer for good before Linux 6.6. */
  @Override
  public void close() {
    try {
      socket.send(ConnectorMessage.request(ConnectorMessage.PROC_CN_MCAST_IGNORE));
    } catch (IOException _) {
      // The socket's end says so as well, where the kernel is new enough.
    }
    socket.close();
  }
}
