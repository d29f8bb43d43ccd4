package io.bilgewatch.process;

import io.bilgewatch.kernel.Malformed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A message of the process connector, {@code linux/connector.h} and {@code linux/cn_proc.h}, since
 * Linux 2.6.15. All in the machine's byte order, and not aligned: 20 bytes of the second header
 * shift what follows.
 *
 * <pre>
 * struct nlmsghdr    u32 len @0, u16 type @4 (3, NLMSG_DONE), u16 flags @6, u32 seq @8, u32 pid @12
 * struct cn_msg      u32 idx @16 (1), u32 val @20 (1), u32 seq @24, u32 ack @28, u16 len @32, u16 flags @34
 * struct proc_event  u32 what @36, u32 cpu @40, u64 timestamp_ns @44, and from 52 on:
 *   fork 0x1         s32 parent_pid @52, s32 parent_tgid @56, s32 child_pid @60, s32 child_tgid @64
 *   exec 0x2         s32 process_pid @52, s32 process_tgid @56
 *   exit 0x80000000  s32 process_pid @52, s32 process_tgid @56, u32 exit_code, u32 exit_signal, …
 *   none 0           u32 err @52: the answer to a request
 * </pre>
 */
final class ConnectorMessage {
  static final int CN_IDX_PROC = 1;
  static final int CN_VAL_PROC = 1;
  static final int PROC_CN_MCAST_LISTEN = 1;
  static final int PROC_CN_MCAST_IGNORE = 2;
  static final int PROC_EVENT_NONE = 0;
  static final int PROC_EVENT_FORK = 1;
  static final int PROC_EVENT_EXEC = 2;
  static final int PROC_EVENT_EXIT = 0x8000_0000;

  static final int NETLINK_HEADER = 16;
  static final int INDEX = NETLINK_HEADER;
  static final int VALUE = NETLINK_HEADER + 4;
  static final int LENGTH = NETLINK_HEADER + 16;
  static final int EVENT = NETLINK_HEADER + 20;
  static final int TIMESTAMP = EVENT + 8;
  static final int DATA = EVENT + 16;

  private static final short NLMSG_DONE = 3;
  private static final String SOURCE = "process connector";

  private ConnectorMessage() {}

  /**
   * @param length how much of {@code bytes} is the message; what a later kernel adds behind is
   *     ignored
   * @throws Malformed where it is too short for what it says it is, or of another connector
   */
  static TaskEvent parse(byte[] bytes, int length) throws Malformed {
    ByteBuffer message = ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.nativeOrder());
    require(bytes, length, DATA + 4, "a process event");
    if (message.getInt(INDEX) != CN_IDX_PROC || message.getInt(VALUE) != CN_VAL_PROC) {
      throw new Malformed(SOURCE, INDEX, "the process connector's own index", bytes);
    }
    int what = message.getInt(EVENT);
    long nanos = message.getLong(TIMESTAMP);
    return switch (what) {
      case PROC_EVENT_NONE -> new TaskEvent.Answer(message.getInt(DATA));
      case PROC_EVENT_FORK -> {
        require(bytes, length, DATA + 16, "parent and child");
        yield new TaskEvent.Fork(
            message.getInt(DATA),
            message.getInt(DATA + 4),
            message.getInt(DATA + 8),
            message.getInt(DATA + 12),
            nanos);
      }
      case PROC_EVENT_EXEC -> {
        require(bytes, length, DATA + 8, "a process");
        yield new TaskEvent.Exec(message.getInt(DATA), message.getInt(DATA + 4), nanos);
      }
      case PROC_EVENT_EXIT -> {
        require(bytes, length, DATA + 8, "a process");
        yield new TaskEvent.Exit(message.getInt(DATA), message.getInt(DATA + 4), nanos);
      }
      default -> new TaskEvent.Other(what);
    };
  }

  private static void require(byte[] bytes, int length, int needed, String expected)
      throws Malformed {
    if (length < needed) {
      throw new Malformed(SOURCE, length, expected, bytes);
    }
  }

  /** Asks for all events, or for an end of them. */
  static byte[] request(int operation) {
    return message(4).putInt(EVENT, operation).array();
  }

  /**
   * Asks for some kinds of events only: {@code struct proc_input} of Linux 6.6. An older kernel
   * does not know this length, and does nothing.
   */
  static byte[] requestOnly(int kinds) {
    return message(8).putInt(EVENT, PROC_CN_MCAST_LISTEN).putInt(EVENT + 4, kinds).array();
  }

  private static ByteBuffer message(int dataLength) {
    ByteBuffer message = ByteBuffer.allocate(EVENT + dataLength).order(ByteOrder.nativeOrder());
    message.putInt(0, EVENT + dataLength).putShort(4, NLMSG_DONE);
    message.putInt(INDEX, CN_IDX_PROC).putInt(VALUE, CN_VAL_PROC);
    return message.putShort(LENGTH, (short) dataLength);
  }
}
