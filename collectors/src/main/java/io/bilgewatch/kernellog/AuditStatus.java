package io.bilgewatch.kernellog;

import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.libc.NetlinkSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * What the kernel's auditing does at the moment, by AUDIT_GET (audit.h). Only read: to turn
 * auditing on would slow every later system call of the host.
 *
 * <pre>
 * struct nlmsghdr      u32 len @0, u16 type @4 (1000, or 2 with s32 -errno @16), u16 flags @6, …
 * struct audit_status  u32 mask @16, u32 enabled @20, u32 failure @24, u32 pid @28, u32 rate_limit @32,
 *                      u32 backlog_limit @36, u32 lost @40, u32 backlog @44, and more behind in later kernels
 * </pre>
 *
 * @param enabled without it there is no Landlock record, and no SYSCALL record to others; AppArmor,
 *     SELinux and seccomp write theirs all the same
 * @param locked until the next start of the host
 * @param auditdPid 0 where no audit daemon is registered
 * @param lost records since the host's start, by a count of the kernel's that takes in what was
 *     only kept from an audit daemon that is not there
 * @param backlog records that wait
 */
public record AuditStatus(
    boolean enabled, boolean locked, int auditdPid, long lost, long backlog, long backlogLimit) {
  static final int AUDIT_GET = 1000;
  static final int NLMSG_ERROR = 2;
  static final int NLM_F_REQUEST = 1;
  static final int HEADER = 16;
  static final int ENABLED = HEADER + 4;
  static final int PID = HEADER + 12;
  static final int BACKLOG_LIMIT = HEADER + 20;
  static final int LOST = HEADER + 24;
  static final int BACKLOG = HEADER + 28;

  private static final int NEEDED = HEADER + 32;
  private static final int LOCKED = 2;
  private static final int MESSAGE_BYTES = 512;
  private static final int MOST_MESSAGES = 4;
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** Missing where it may not be asked for: without CAP_AUDIT_CONTROL, or in a namespace. */
  public static Reading<AuditStatus> read() {
    try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETLINK_AUDIT, 0, MESSAGE_BYTES)) {
      ByteBuffer request = ByteBuffer.allocate(HEADER).order(ByteOrder.nativeOrder());
      request.putInt(0, HEADER).putShort(4, (short) AUDIT_GET).putShort(6, (short) NLM_F_REQUEST);
      socket.send(request.array());
      return answer(socket);
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }

  private static Reading<AuditStatus> answer(NetlinkSocket socket) throws IOException {
    byte[] message = new byte[MESSAGE_BYTES];
    for (int i = 0; i < MOST_MESSAGES && socket.awaitReadable(PATIENCE); i++) {
      int length = socket.receive(message);
      if (length > 0) {
        return parse(message, length);
      }
    }
    return Reading.missing(Cause.FAILED, "the kernel does not say what its auditing does");
  }

  /**
   * @throws Malformed where it is neither a status nor an error
   */
  static Reading<AuditStatus> parse(byte[] message, int length) throws Malformed {
    ByteBuffer bytes = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
    int type = length < HEADER + 4 ? -1 : Short.toUnsignedInt(bytes.getShort(4));
    if (type == NLMSG_ERROR) {
      int errno = -bytes.getInt(HEADER);
      Cause cause = errno == 1 || errno == 13 ? Cause.NOT_PERMITTED : Cause.UNSUPPORTED;
      return Reading.missing(cause, "AUDIT_GET was refused: errno " + errno);
    }
    if (type != AUDIT_GET || length < NEEDED) {
      throw new Malformed("audit status", Math.min(length, HEADER), "struct audit_status", message);
    }
    int enabled = bytes.getInt(ENABLED);
    return Reading.of(
        new AuditStatus(
            enabled != 0,
            enabled == LOCKED,
            bytes.getInt(PID),
            Integer.toUnsignedLong(bytes.getInt(LOST)),
            Integer.toUnsignedLong(bytes.getInt(BACKLOG)),
            Integer.toUnsignedLong(bytes.getInt(BACKLOG_LIMIT))));
  }
}
