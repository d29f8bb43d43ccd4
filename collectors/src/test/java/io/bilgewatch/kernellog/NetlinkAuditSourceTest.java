package io.bilgewatch.kernellog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.libc.NetlinkSocket;
import io.bilgewatch.testing.CHeaders;
import io.bilgewatch.testing.Descriptors;
import io.bilgewatch.testing.Privileges;
import io.bilgewatch.testing.Root;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages as the kernel sends them, and the live kernel's. */
class NetlinkAuditSourceTest {
  private static final String SECCOMP =
      "audit(1795640012.118:77): auid=4294967295 uid=33 gid=33 ses=4294967295 pid=4711 comm=\"app\""
          + " exe=\"/srv/app\" sig=0 arch=c000003e syscall=83 compat=0 ip=0x7f5 code=0x7ffc0000";

  private static byte[] message(int type, String text) {
    byte[] bytes = new byte[16 + text.length()];
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    header.putInt(0, bytes.length).putShort(4, (short) type).put(16, text.getBytes(ISO_8859_1));
    return bytes;
  }

  private static Optional<AuditRecord> wanted(byte[] message) throws Malformed {
    return NetlinkAuditSource.wanted(message, message.length);
  }

  @Test
  void aDenialIsHandedOn() throws Malformed {
    AuditRecord record = wanted(message(1326, SECCOMP)).orElseThrow();
    assertEquals(1326, record.type());
    assertEquals(new AuditId(1795640012, 118, 77), record.id());
    assertTrue(record.body().startsWith("auid=4294967295 uid=33"), record::body);
  }

  @Test
  void whatTheHeaderSaysOfTheLengthDoesNotMatter() throws Malformed {
    byte[] message = message(1326, SECCOMP);
    for (int length : new int[] {0, 16, message.length - 16, -1}) {
      ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()).putInt(0, length);
      assertTrue(wanted(message).orElseThrow().body().endsWith("code=0x7ffc0000"));
    }
  }

  @Test
  void whatUserSpaceHadWrittenIsNoDenialWhateverItSays() throws Malformed {
    String forged = "audit(1795640012.118:77): apparmor=\"DENIED\" operation=\"open\" pid=1";
    for (int type : new int[] {1100, 1107, 1112, 1199, 2100, 2999, 1327, 0, 65535}) {
      assertEquals(Optional.empty(), wanted(message(type, forged)));
    }
  }

  @Test
  void aMessageThatIsCutOffIsRefused() {
    assertThrows(Malformed.class, () -> wanted(new byte[0]));
    assertThrows(Malformed.class, () -> wanted(new byte[15]));
    assertThrows(Malformed.class, () -> wanted(message(1400, "audit(1795640012.118:7")));
  }

  @Test
  void anyBytesAtAll() {
    Random random = new Random(3);
    for (int i = 0; i < 200_000; i++) {
      byte[] message = message(random.nextBoolean() ? 1326 : 1400, SECCOMP);
      for (int changes = random.nextInt(8); changes > 0; changes--) {
        message[random.nextInt(60)] = (byte) random.nextInt();
      }
      try {
        NetlinkAuditSource.wanted(message, random.nextInt(message.length + 1));
        AuditStatus.parse(message, random.nextInt(message.length + 1));
      } catch (Malformed e) {
        assertTrue(e.getMessage().startsWith("audit "), e::getMessage);
      }
    }
  }

  @Test
  void offsetsAndConstantsAreThoseOfTheHeaders(@TempDir Path directory) throws Exception {
    Map<String, Long> expected = new TreeMap<>();
    expected.put("sizeof(struct nlmsghdr)", (long) NetlinkAuditSource.TEXT);
    expected.put("offsetof(struct nlmsghdr, nlmsg_type)", (long) NetlinkAuditSource.TYPE);
    expected.put("1 << (AUDIT_NLGRP_READLOG - 1)", (long) NetlinkAuditSource.GROUPS);
    expected.put("AUDIT_GET", (long) AuditStatus.AUDIT_GET);
    expected.put("NLMSG_ERROR", (long) AuditStatus.NLMSG_ERROR);
    expected.put("NLM_F_REQUEST", (long) AuditStatus.NLM_F_REQUEST);
    String behind = "sizeof(struct nlmsghdr) + offsetof(struct audit_status, ";
    expected.put(behind + "enabled)", (long) AuditStatus.ENABLED);
    expected.put(behind + "pid)", (long) AuditStatus.PID);
    expected.put(behind + "backlog_limit)", (long) AuditStatus.BACKLOG_LIMIT);
    expected.put(behind + "lost)", (long) AuditStatus.LOST);
    expected.put(behind + "backlog)", (long) AuditStatus.BACKLOG);
    expected.put("AUDIT_AVC", (long) AuditTypes.AVC);
    expected.put("AUDIT_SECCOMP", (long) AuditTypes.SECCOMP);
    expected.put("AUDIT_SYSCALL", (long) AuditTypes.SYSCALL);
    expected.put("AUDIT_EOE", (long) AuditTypes.END_OF_EVENT);
    List<String> includes = List.of("linux/netlink.h", "linux/audit.h");
    assertEquals(expected, CHeaders.say(directory, includes, expected.keySet()));
  }

  @Test
  void aStatusAndARefusalOfIt() throws Malformed {
    ByteBuffer status = ByteBuffer.allocate(80).order(ByteOrder.nativeOrder());
    status.putShort(4, (short) 1000).putInt(20, 2).putInt(28, 812).putInt(36, 8192);
    status.putInt(40, -1).putInt(44, 3);
    assertEquals(
        Reading.of(new AuditStatus(true, true, 812, 4294967295L, 3, 8192)),
        AuditStatus.parse(status.array(), 80));
    assertThrows(Malformed.class, () -> AuditStatus.parse(status.array(), 40));
    status.putShort(4, (short) 2).putInt(16, -1);
    Reading<AuditStatus> refused = AuditStatus.parse(status.array(), 36);
    assertEquals(Cause.NOT_PERMITTED, ((Reading.Missing<AuditStatus>) refused).cause());
  }

  /** A record of user space that says it is AppArmor's goes through the live kernel. */
  @Test
  void liveRecordsAreCountedAndOnlyTheKernelsOwnHandedOn() throws Exception {
    Root.required();
    try (NetlinkAuditSource source = NetlinkAuditSource.open();
        NetlinkSocket sender = NetlinkSocket.open(NetlinkSocket.NETLINK_AUDIT, 0, 4096)) {
      assertInstanceOf(
          KernelLogItem.CaughtUp.class, source.next(Duration.ZERO).orElseThrow(), "no history");
      byte[] forged =
          message(1107, "apparmor=\"DENIED\" operation=\"forged-here\" profile=\"x\"\0");
      ByteBuffer.wrap(forged).order(ByteOrder.nativeOrder()).putShort(6, (short) 1);
      sender.send(forged);
      for (int i = 0; i < 20 && source.records() == 0; i++) {
        Optional<KernelLogItem> item = source.next(Duration.ofMillis(100));
        assertTrue(
            item.isEmpty()
                || (item.get() instanceof KernelLogItem.Audit(AuditRecord record)
                    && !record.body().contains("forged-here")),
            item::toString);
      }
      assertTrue(source.records() > 0, "the record came");
      assertEquals(0, source.malformed());
    }
    assertInstanceOf(Reading.Present.class, AuditStatus.read());
  }

  @Test
  void nothingIsLeftOfTwoHundred() throws Exception {
    Root.required();
    NetlinkAuditSource.open().close();
    int before = Descriptors.sockets();
    for (int i = 0; i < 200; i++) {
      NetlinkAuditSource.open().close();
      AuditStatus.read();
    }
    assertEquals(before, Descriptors.sockets());
  }

  /** Says how it got on, in a process of its own. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) {
      try (NetlinkAuditSource source = NetlinkAuditSource.open()) {
        System.out.println(source.name() + " is open");
      } catch (IOException e) {
        System.out.println(((Reading.Missing<?>) Reading.failed(e)).cause());
      }
      System.out.println(
          AuditStatus.read() instanceof Reading.Missing<AuditStatus> missing
              ? missing.cause()
              : "status");
    }
  }

  private static String openedWith(String capabilities) throws Exception {
    return Privileges.run(
        Main.class,
        "setpriv --reuid 12345 --clear-groups --inh-caps -all"
            + capabilities
            + " --ambient-caps -all"
            + capabilities);
  }

  @Test
  void whatItTakes() throws Exception {
    Root.required();
    assertEquals("audit is open\nNOT_PERMITTED", openedWith(",+audit_read"));
    assertEquals("NOT_PERMITTED\nNOT_PERMITTED", openedWith(""));
    assertEquals("NOT_PERMITTED\nstatus", openedWith(",+audit_control"));
  }
}
