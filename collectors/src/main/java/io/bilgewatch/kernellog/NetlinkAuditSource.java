package io.bilgewatch.kernellog;

import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.NetlinkSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The kernel's audit records as they are made, one datagram each: the multicast group
 * AUDIT_NLGRP_READLOG, since Linux 3.16. Complete, where the copies in the kernel's log are held to
 * ten in five seconds; and beside auditd, whom it takes nothing from. There is no history.
 *
 * <pre>
 * struct nlmsghdr   u32 len @0, u16 type @4, u16 flags @6, u32 seq @8, u32 pid @12
 * text @16          audit(1795405979.830:2): auid=4294967295 uid=0 … with no NUL, to the datagram's end
 * </pre>
 *
 * <p>The length in the header is not looked at: some kernels leave the header out of it. The type
 * is the kernel's own: who may have records written, as any default container may, gets types 1100
 * to 1199 and 2100 to 2999 and no other, whatever the text.
 *
 * <p>Needs CAP_AUDIT_READ in the first user namespace, and the host's network namespace: in another
 * one the socket opens and nothing ever comes. {@link AuditStatus} says what the kernel does at
 * all. How many records the kernel itself drops before it sends them is in its log ({@code
 * audit_lost=}), not here. Not for several threads.
 */
public final class NetlinkAuditSource implements KernelLogSource {
  /** AUDIT_NLGRP_READLOG is group 1. */
  static final int GROUPS = 1;

  static final int TYPE = 4;
  static final int TEXT = 16;
  private static final int RECEIVE_BUFFER = 4 << 20;

  /** MAX_AUDIT_MESSAGE_LENGTH is 8,970 bytes. */
  private static final int MESSAGE_BYTES = 16 << 10;

  /**
   * AVC, SECCOMP, LANDLOCK_ACCESS, LANDLOCK_DOMAIN, SYSCALL, and EOE behind the last of several.
   */
  private static final Set<Integer> WANTED = Set.of(1400, 1326, 1423, 1424, 1300, 1320);

  private final NetlinkSocket socket;
  private final byte[] message = new byte[MESSAGE_BYTES];
  private boolean begun;
  private final AtomicLong records = new AtomicLong();
  private final AtomicLong malformed = new AtomicLong();

  private NetlinkAuditSource(NetlinkSocket socket) {
    this.socket = socket;
  }

  /**
   * @throws ErrnoException EPERM without CAP_AUDIT_READ, EPROTONOSUPPORT in a kernel without
   *     auditing
   */
  public static NetlinkAuditSource open() throws ErrnoException {
    NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETLINK_AUDIT, GROUPS, MESSAGE_BYTES);
    socket.receiveBuffer(RECEIVE_BUFFER);
    return new NetlinkAuditSource(socket);
  }

  @Override
  public String name() {
    return "audit";
  }

  /** How many records came, those included that are not handed on. */
  public long records() {
    return records.get();
  }

  /** How many of the wanted ones could not be read. */
  public long malformed() {
    return malformed.get();
  }

  @Override
  public Optional<KernelLogItem> next(Duration patience) throws IOException {
    if (!begun) {
      begun = true;
      return Optional.of(new KernelLogItem.CaughtUp());
    }
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<KernelLogItem> item = received();
      // Also where so many come that are not wanted that there is always one more.
      long left = end - System.nanoTime();
      if (item.isPresent() || left <= 0) {
        return item;
      }
      socket.awaitReadable(Duration.ofNanos(left));
    }
  }

  private Optional<KernelLogItem> received() throws IOException {
    try {
      int length = socket.receive(message);
      if (length <= 0) {
        return Optional.empty();
      }
      records.incrementAndGet();
      return wanted(message, length).map(KernelLogItem.Audit::new);
    } catch (Malformed e) {
      malformed.incrementAndGet();
      return Optional.of(
          new KernelLogItem.Lost(OptionalLong.of(1), "not understood: " + e.getMessage()));
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENOBUFS) {
        throw e;
      }
      return Optional.of(
          new KernelLogItem.Lost(
              OptionalLong.empty(), "audit records came faster than they were read"));
    }
  }

  /** The record in a datagram, if it is of a type that says anything of denials. */
  static Optional<AuditRecord> wanted(byte[] message, int length) throws Malformed {
    if (length < TEXT) {
      throw new Malformed("audit message", length, "a header of 16 bytes", message);
    }
    ByteBuffer header = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
    int type = Short.toUnsignedInt(header.getShort(TYPE));
    if (!WANTED.contains(type)) {
      return Optional.empty();
    }
    String text = new String(message, TEXT, length - TEXT, StandardCharsets.ISO_8859_1);
    return Optional.of(AuditRecord.ofNetlink(type, text));
  }

  @Override
  public void close() {
    socket.close();
  }
}
