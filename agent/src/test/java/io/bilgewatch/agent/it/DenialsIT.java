package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bilgewatch.agent.event.Attributed;
import io.bilgewatch.agent.event.Attributed.How;
import io.bilgewatch.agent.event.Attributed.ToContainer;
import io.bilgewatch.agent.it.Denials.Heard;
import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.engine.StaticProgram;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernellog.AuditRecord;
import io.bilgewatch.kernellog.AuditStatus;
import io.bilgewatch.kernellog.KernelLogItem;
import io.bilgewatch.kernellog.KmsgSource;
import io.bilgewatch.libc.NetlinkSocket;
import io.bilgewatch.lsm.Lsm;
import io.bilgewatch.lsm.LsmFinding;
import io.bilgewatch.lsm.LsmRecords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Denials of the live kernel, and forged ones, from containers of a real engine. */
class DenialsIT {
  private static final int BURST = 120;
  private static final String LOGS_MKDIR =
      """
      {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
        {"names":["mkdir","mkdirat"],"action":"SCMP_ACT_LOG"}]}
      """;

  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  @TempDir private Path directory;

  private String loggingMkdir() throws IOException {
    Path profile = Files.writeString(directory.resolve("logs-mkdir.json"), LOGS_MKDIR);
    return "--security-opt=seccomp=" + profile;
  }

  private static Predicate<LsmFinding> seccompOf(String comm) {
    return finding -> finding.lsm() == Lsm.SECCOMP && finding.comm().equals(Optional.of(comm));
  }

  @Test
  void processesThatLiveAMillisecondAreAllTheContainers() throws Exception {
    String id = ENGINE.idle("bursts", loggingMkdir());
    try (Denials denials = Denials.listen(ENGINE)) {
      ENGINE.exec(
          "bursts",
          "i=0; while [ $i -lt %d ]; do /bin/mkdir /tmp/d$i; i=$((i+1)); done".formatted(BURST));
      List<Heard> heard = denials.await(BURST, seccompOf("mkdir"));
      long late = heard.stream().filter(Heard::late).count();
      List<Heard> right =
          heard.stream()
              .filter(one -> one.attributed().equals(new ToContainer(id, "bursts", How.FORK_CACHE)))
              .toList();
      System.out.printf(
          "seccomp burst: %d of %d attributed, by looks at /proc alone %d; %s%n",
          right.size(), BURST, late, denials.forks());
      assertEquals(BURST, heard.size());
      assertEquals(List.of(), heard.stream().filter(one -> !right.contains(one)).toList());
      assertEquals(List.of(), denials.lost());
    }
  }

  /** What the engine starts is the host's child, and moved into its container before its exec. */
  @Test
  void aContainersOnlyProcessThatLivesAMillisecond() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      ids.add(ENGINE.create("brief-" + i, List.of(loggingMkdir()), "mkdir", "/brief"));
    }
    try (Denials denials = Denials.listen(ENGINE)) {
      for (int i = 0; i < ids.size(); i++) {
        ENGINE.docker("start", "brief-" + i);
      }
      List<Heard> heard = denials.await(ids.size(), seccompOf("mkdir"));
      List<String> found = new ArrayList<>();
      for (Heard one : heard) {
        if (one.attributed() instanceof ToContainer(String id, String _, How _)) {
          found.add(id);
        }
      }
      System.out.printf("first processes: %d of %d attributed%n", found.size(), ids.size());
      assertEquals(ids, found);
    }
  }

  /** A default container may have records of user types written, with any text. */
  @Test
  void recordsThatAContainerForgesAreNoDenials() throws Exception {
    ENGINE.idle("forger");
    String forge = StaticProgram.in(ENGINE, "forger", "forge-audit-records");
    String text =
        "apparmor=\\\"DENIED\\\" operation=\\\"forged\\\" profile=\\\"victim\\\" name=\\\"/forged\\\" pid=1 comm=\\\"x\\\"";
    String inner = "audit: type=1400 audit(1795640012.118:77): " + text;
    try (Denials denials = Denials.listen(ENGINE);
        KmsgSource kmsg = KmsgSource.open(HostRoot.LIVE)) {
      // The kernel's log takes ten copies in five seconds, and other tests may have used them up.
      Thread.sleep(5_500);
      long before = denials.records();
      String said =
          ENGINE.exec(
              "forger",
              "N='\n'; %s 1107 \"%s\" 1107 \"%s\" 1107 \"x$N%s\" 1400 \"%s\" 1326 \"%s\" 1423 \"%s\" 1100 \"%s\""
                  .formatted(forge, text, inner, inner, text, text, text, text));
      System.out.println("the kernel's answers: " + said.replace("\n", ", "));
      assertTrue(said.contains("1107: 0"), said);
      assertTrue(said.contains("1400: -22"), said);
      Await.until("they come", Duration.ofSeconds(5), () -> denials.records() >= before + 3);
      Thread.sleep(700);
      assertEquals(List.of(), denials.of(one -> one.toString().contains("forged")));
      assertTrue(forgedInLog(kmsg) >= 3, "they are in the kernel's log as well");
    }
  }

  /** How many records of the kernel's log have the forged text; none may read as a denial. */
  private static int forgedInLog(KmsgSource kmsg) throws IOException {
    int forged = 0;
    for (Optional<KernelLogItem> item = kmsg.next(Duration.ofMillis(200));
        item.isPresent();
        item = kmsg.next(Duration.ofMillis(200))) {
      if (item.get() instanceof KernelLogItem.Kmsg(var record)
          && record.text().contains("forged")) {
        forged++;
        Optional<AuditRecord> audit = AuditRecord.ofKmsg(record);
        assertEquals(Optional.empty(), audit.flatMap(LsmRecords::read), record::toString);
      }
    }
    return forged;
  }

  /**
   * Landlock's denials are logged only while auditing is on, which slows the system calls of all
   * processes that begin meanwhile, for good: so only where asked for.
   */
  @Test
  void aLandlockDenial() throws Exception {
    assumeTrue(
        Boolean.parseBoolean(System.getenv("BILGEWATCH_TEST_AUDIT")),
        "BILGEWATCH_TEST_AUDIT=true lets this test turn auditing on for a moment");
    String id = ENGINE.idle("landlocked");
    String program = StaticProgram.in(ENGINE, "landlocked", "landlocked");
    boolean before =
        switch (AuditStatus.read()) {
          case Reading.Present<AuditStatus>(AuditStatus status) -> status.enabled();
          case Reading.Missing<AuditStatus> missing -> throw new AssertionError(missing);
        };
    try (Denials denials = Denials.listen(ENGINE)) {
      auditing(true);
      try {
        var ended = ENGINE.tryDocker("exec", "landlocked", program);
        assertEquals(1, ended.status(), ended::toString);
      } finally {
        auditing(before);
      }
      List<Heard> heard = denials.await(1, finding -> finding.lsm() == Lsm.LANDLOCK);
      System.out.println("landlock: " + heard);
      assertEquals(1, heard.size());
      Attributed expected = new ToContainer(id, "landlocked", How.FORK_CACHE);
      assertEquals(expected, heard.getFirst().attributed());
      assertEquals("fs.make_reg", heard.getFirst().finding().operation());
      assertTrue(heard.getFirst().finding().blocked());
    }
  }

  /** AUDIT_SET of {@code enabled} alone. */
  private static void auditing(boolean on) throws IOException {
    ByteBuffer message = ByteBuffer.allocate(16 + 40).order(ByteOrder.nativeOrder());
    message.putInt(0, 16 + 40).putShort(4, (short) 1001).putShort(6, (short) 1);
    message.putInt(16, 1).putInt(20, on ? 1 : 0);
    try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETLINK_AUDIT, 0, 4096)) {
      socket.send(message.array());
    }
    Await.until(
        "auditing is " + (on ? "on" : "off"),
        Duration.ofSeconds(2),
        () ->
            AuditStatus.read() instanceof Reading.Present<AuditStatus>(AuditStatus status)
                && status.enabled() == on);
  }
}
