package io.bilgewatch.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernellog.AuditId;
import io.bilgewatch.kernellog.AuditRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LsmJoinTest {
  private static final long LATER = Duration.ofSeconds(1).toNanos();
  private final LsmJoin join = new LsmJoin();

  @Test
  void anAppArmorDenialIsAFindingAtOnce() {
    LsmFinding finding =
        offer(
                1400,
                1,
                "apparmor=\"DENIED\" operation=\"mknod\" profile=\"web\" name=\"/x/y\" pid=5"
                    + " comm=\"sh\" requested_mask=\"c\" denied_mask=\"c\"")
            .getFirst();
    assertEquals(Lsm.APPARMOR, finding.lsm());
    assertTrue(finding.blocked());
    assertEquals("web", finding.profile());
    assertEquals("mknod", finding.operation());
    assertEquals(OptionalInt.of(5), finding.pid());
    assertEquals(Optional.of("sh"), finding.comm());
    assertEquals(Optional.of("/x/y"), finding.path());
    assertEquals(Optional.of("web"), finding.subject());
    assertEquals("AppArmor denied mknod of /x/y mask c profile web (sh) pid 5", finding.detail());
  }

  @Test
  void complainModeIsToldAndStatusAndAuditAreNot() {
    assertEquals(false, offer(1400, 1, apparmor("ALLOWED")).getFirst().blocked());
    for (String verdict : List.of("AUDIT", "STATUS", "HINT", "ERROR")) {
      assertEquals(List.of(), offer(1400, 1, apparmor(verdict)));
    }
  }

  private static String apparmor(String verdict) {
    return "apparmor=\"" + verdict + "\" operation=\"open\" profile=\"web\"";
  }

  @Test
  void selinuxHasItsTypeAndClassAndPermission() {
    String avc =
        "avc:  denied  { add_name write } for  pid=5 comm=\"sh\" name=\"y\""
            + " scontext=system_u:system_r:container_t:s0:c1,c2 tcontext=a:b:c_t:s0 tclass=dir";
    LsmFinding finding = offer(1400, 1, avc).getFirst();
    assertEquals("container_t", finding.profile());
    assertEquals("dir:add_name", finding.operation());
    assertEquals(Optional.of("y"), finding.path());
    assertEquals(Optional.of("system_u:system_r:container_t:s0:c1,c2"), finding.subject());
    assertTrue(finding.blocked());
    assertEquals(false, offer(1400, 2, avc + " permissive=1").getFirst().blocked());
    assertEquals(List.of(), offer(1400, 3, avc.replace("denied", "granted")));
  }

  @Test
  void seccompHasItsSystemCall() {
    String text = "pid=5 comm=\"sh\" exe=\"/bin/sh\" sig=0 arch=c000003e syscall=83 code=";
    LsmFinding finding = offer(1326, 1, text + "0x50000").getFirst();
    assertEquals("mkdir", finding.operation());
    assertTrue(finding.blocked());
    assertEquals(false, offer(1326, 2, text + "0x7ffc0000").getFirst().blocked());
    assertEquals(List.of(), offer(1326, 3, text + "0x7fff0000"));
  }

  @Test
  void landlockWaitsForTheSystemCallThatSaysWho() {
    assertEquals(List.of(), offer(1423, 8, access("fs.make_reg")));
    assertEquals(List.of(), offer(1424, 8, domain(13)));
    assertEquals(List.of(), offer(1300, 7, "pid=99 comm=\"other\""));
    LsmFinding finding =
        offer(1300, 8, "arch=c000003e ppid=13 pid=14 comm=\"child\" subj=a:b:c_t:s0").getFirst();
    assertEquals(OptionalInt.of(14), finding.pid(), "not the parent that made the domain");
    assertEquals(Optional.of("child"), finding.comm());
    assertEquals("fs.make_reg", finding.operation());
    assertEquals(Optional.of("/tmp"), finding.path());
    assertEquals(Optional.of("a:b:c_t:s0"), finding.subject());
    assertEquals(List.of(), offer(1320, 8, ""));
    assertEquals(List.of(), join.expire(LATER * 10), "once");
  }

  @Test
  void withoutASystemCallTheDomainTells() {
    assertEquals(List.of(), offer(1423, 8, access("fs.make_reg")));
    assertEquals(List.of(), offer(1424, 8, domain(13)));
    assertEquals(OptionalInt.of(13), offer(1320, 8, "").getFirst().pid());
    assertEquals(List.of(), offer(1423, 9, access("fs.write_file")));
    assertEquals(OptionalInt.of(13), join.expire(LATER).getFirst().pid());
  }

  @Test
  void withoutEitherItIsAFindingOfNobody() {
    offer(1423, 8, access("fs.make_reg"));
    assertEquals(List.of(), join.expire(LATER / 10));
    LsmFinding finding = join.expire(LATER).getFirst();
    assertEquals(OptionalInt.empty(), finding.pid());
    assertEquals(Optional.empty(), finding.comm());
  }

  @Test
  void anyLaterRecordBringsWhatIsOverdue() {
    offer(1423, 8, access("fs.make_reg"));
    AuditRecord other = new AuditRecord(1307, id(9), "cwd=\"/\"");
    assertEquals(1, join.offer(other, LATER).size());
  }

  @Test
  void severalDenialsOfOneEventAreSeveralFindings() {
    offer(1423, 8, access("fs.make_reg"));
    offer(1423, 8, access("fs.remove_file"));
    assertEquals(2, offer(1300, 8, "pid=14").size());
  }

  @Test
  void aFloodWaitsInABoundedRoomAndNoneIsLost() {
    List<LsmFinding> findings = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      findings.addAll(offer(1423, i, access("fs.make_reg")));
      offer(1424, i, "domain=" + Integer.toHexString(i) + " status=allocated pid=1");
    }
    assertTrue(findings.size() > 18_000, findings.size() + " at once");
    findings.addAll(join.expire(LATER));
    assertEquals(20_000, findings.size());
  }

  private static String access(String blocker) {
    return "domain=1a2b blockers=" + blocker + " path=\"/tmp\" dev=\"vda\" ino=3";
  }

  private static String domain(int pid) {
    return "domain=1a2b status=allocated mode=enforcing pid=" + pid + " comm=\"ll\"";
  }

  private static AuditId id(long serial) {
    return new AuditId(1700000000, 0, serial);
  }

  private List<LsmFinding> offer(int type, long serial, String body) {
    return join.offer(new AuditRecord(type, id(serial), body), 0);
  }
}
