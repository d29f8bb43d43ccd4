package io.bilgewatch.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernellog.AuditId;
import io.bilgewatch.kernellog.AuditRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LsmRecordsTest {
  private static final AuditId ID = new AuditId(1700000000, 1, 9);
  private static final String DENIED =
      "apparmor=\"DENIED\" operation=\"mount\" class=\"mount\" info=\"failed flags match\" error=-13"
          + " profile=\"web-profile\" name=\"/srv/x/\" pid=4242 comm=\"mount\" fstype=\"ext4\""
          + " srcname=\"/dev/vdb1\" flags=\"rw, nosuid\" future=1";
  private static final String AVC =
      "avc:  denied  { read write } for  pid=4242 comm=\"sh\" path=\"/srv/a b\" dev=\"vda1\" ino=77"
          + " future=1 scontext=system_u:system_r:container_t:s0:c1,c2"
          + " tcontext=system_u:object_r:etc_t:s0 tclass=file permissive=0";

  @Test
  void appArmorRecordsHaveTheirFields() {
    AppArmorRecord record = (AppArmorRecord) read(1400, DENIED);
    assertEquals(AppArmorRecord.Verdict.DENIED, record.verdict());
    assertEquals(ID, record.id());
    assertTrue(record.isBlocked());
    assertEquals(Optional.of("mount"), record.operation());
    assertEquals(Optional.of("mount"), record.mediationClass());
    assertEquals(Optional.of("failed flags match"), record.info());
    assertEquals(OptionalInt.of(-13), record.error());
    assertEquals(Optional.of("web-profile"), record.profile());
    assertEquals(Optional.of("/srv/x/"), record.name());
    assertEquals(OptionalInt.of(4242), record.pid());
    assertEquals(Optional.of("mount"), record.comm());
    assertEquals(Optional.of("ext4"), record.fileSystemType());
    assertEquals(Optional.of("/dev/vdb1"), record.sourceName());
    assertEquals(Optional.of("rw, nosuid"), record.mountFlags());
    assertEquals(Optional.of("1"), record.fields().text("future"));
    assertEquals(Optional.empty(), record.peer());
  }

  @ParameterizedTest
  @CsvSource({
    "DENIED, true",
    "KILLED, true",
    "ALLOWED, false",
    "AUDIT, false",
    "STATUS, false",
    "HINT, false",
    "ERROR, false"
  })
  void onlyADenialBlocks(String verdict, boolean blocked) {
    AppArmorRecord record =
        (AppArmorRecord) read(1400, "apparmor=\"" + verdict + "\" operation=\"open\"");
    assertEquals(blocked, record.isBlocked());
  }

  @Test
  void selinuxRecordsHaveTheirFields() {
    SelinuxRecord record = (SelinuxRecord) read(1400, AVC);
    assertFalse(record.granted());
    assertTrue(record.isBlocked());
    assertEquals(List.of("read", "write"), record.permissions());
    assertEquals(OptionalInt.of(4242), record.pid());
    assertEquals(Optional.of("sh"), record.comm());
    assertEquals(Optional.of("/srv/a b"), record.path());
    assertEquals(Optional.of("vda1"), record.device());
    assertEquals(OptionalLong.of(77), record.inode());
    assertEquals("system_u:system_r:container_t:s0:c1,c2", record.sourceContext());
    assertEquals(Optional.of("system_u:object_r:etc_t:s0"), record.targetContext());
    assertEquals("file", record.targetClass());
    assertEquals(OptionalInt.of(0), record.permissive());
  }

  @Test
  void selinuxOnlyLogsWhereItIsPermissiveOrGrants() {
    assertFalse(((SelinuxRecord) read(1400, AVC.replace("ssive=0", "ssive=1"))).isBlocked());
    assertTrue(((SelinuxRecord) read(1400, AVC.replace(" permissive=0", ""))).isBlocked());
    SelinuxRecord granted = (SelinuxRecord) read(1400, AVC.replace("denied", "granted"));
    assertTrue(granted.granted());
    assertFalse(granted.isBlocked());
  }

  @ParameterizedTest
  @CsvSource({
    "0x80000000, KILL_PROCESS, true", "0x0, KILL_THREAD, true", "0x30000, TRAP, true",
    "0x50001, ERRNO, true", "0x7fc00000, USER_NOTIF, false", "0x7ff00000, TRACE, false",
    "0x7ffc0000, LOG, false", "0x7fff0000, ALLOW, false"
  })
  void seccompSaysWhatItDid(String code, SeccompAction action, boolean blocked) {
    SeccompRecord record = (SeccompRecord) read(1326, seccomp("c000003e", 83) + " code=" + code);
    assertEquals(Optional.of(action), record.action());
    assertEquals(blocked, record.isBlocked());
    assertEquals("mkdir", record.syscallName());
    assertEquals(Optional.of("unconfined"), record.subject());
    assertEquals(OptionalInt.of(0), record.compat());
    assertEquals(Optional.of("/bin/my tool"), record.executable());
  }

  @Test
  void withoutACodeTheSignalTells() {
    SeccompRecord record = (SeccompRecord) read(1326, seccomp("c000003e", 83));
    assertFalse(record.isBlocked());
    String killed = seccomp("c000003e", 83).replace("sig=0", "sig=31");
    assertTrue(((SeccompRecord) read(1326, killed)).isBlocked());
    assertEquals(
        Optional.empty(),
        ((SeccompRecord) read(1326, killed + " code=0x12340000")).action(),
        "of a later kernel");
  }

  @ParameterizedTest
  @CsvSource({
    "c000003e, 257, openat", "c00000b7, 34, mkdirat", "40000003, 39, mkdir",
    "c000003e, 1073741826, open", "c000003e, 99999, syscall_99999", "deadbeef, 1, syscall_1",
    "c00000b7, 447, memfd_secret", "c000003e, 469, file_setattr"
  })
  void systemCallsHaveTheNamesOfTheirArchitecture(String arch, int number, String name) {
    assertEquals(name, ((SeccompRecord) read(1326, seccomp(arch, number))).syscallName());
  }

  private static String seccomp(String arch, int number) {
    return "auid=1 uid=0 gid=0 ses=1 subj==unconfined pid=4242 comm=\"mkdir\""
        + " exe=2F62696E2F6D7920746F6F6C sig=0 arch="
        + arch
        + " syscall="
        + number
        + " compat=0 ip=0x1";
  }

  @Test
  void landlockTellsWhatWasMissingAndWhoseDomainItWas() {
    LandlockAccess access =
        (LandlockAccess)
            read(1423, "domain=1a2b3c blockers=fs.write_file,fs.x path=\"/a\" dev=\"vda\" ino=3");
    assertEquals("1a2b3c", access.domain());
    assertEquals(List.of("fs.write_file", "fs.x"), access.blockers());
    assertEquals(Optional.of("/a"), access.path());
    LandlockDomain domain =
        (LandlockDomain)
            read(1424, "domain=1a2b3c status=allocated mode=enforcing pid=7 uid=0 comm=\"ll\"");
    assertEquals(OptionalInt.of(7), domain.pid());
    assertFalse(domain.hasEnded());
    LandlockDomain ended =
        (LandlockDomain) read(1424, "domain=1a2b3c status=deallocated denials=7");
    assertTrue(ended.hasEnded());
    assertEquals(OptionalLong.of(7), ended.denials());
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 1100, 1107, 1112, 1124, 1300, 1302, 1320, 1327, 1401, 1402, 1403, 1422, 1425, 1500, 1503,
        2000, 2100, 2999, -1
      })
  void otherTypesAreNoneWhateverTheirTextIs(int type) {
    for (String body : List.of(DENIED, AVC, seccomp("c000003e", 83), "domain=1 blockers=fs.x")) {
      for (String text : List.of(body, "msg='" + body + "'", "x\n" + body)) {
        assertEquals(Optional.empty(), LsmRecords.read(new AuditRecord(type, ID, text)));
        LsmJoin join = new LsmJoin();
        assertEquals(List.of(), join.offer(new AuditRecord(type, ID, text), 0));
        assertEquals(List.of(), join.expire(Long.MAX_VALUE));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " apparmor=\"DENIED\" operation=\"open\"",
        "x apparmor=\"DENIED\" operation=\"open\"",
        "apparmor=DENIED operation=\"open\"",
        "apparmor=\"denied\" operation=\"open\"",
        "apparmor=\"REVOKED\" operation=\"open\"",
        "avc: received setenforce notice (enforcing=1)",
        "avc: denied",
        "avc: denied {",
        "avc: denied { } for pid=1 scontext=a tclass=file",
        "avc: denied { read } for pid=1",
        "lsm=SMACK fn=smack_inode_permission action=denied",
      })
  void otherTextsAreNoneOfType1400(String body) {
    assertEquals(Optional.empty(), LsmRecords.read(new AuditRecord(1400, ID, body)));
  }

  private static LsmRecord read(int type, String body) {
    return LsmRecords.read(new AuditRecord(type, ID, body)).orElseThrow();
  }
}
