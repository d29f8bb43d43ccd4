package io.bilgewatch.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernellog.AuditFields;
import io.bilgewatch.kernellog.AuditId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoggedLineTest {
  private static final String BODY = "apparmor=\"DENIED\" operation=\"open\" profile=\"p\" pid=4";
  private static final AuditId ID = new AuditId(1700000000, 1, 9);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type=AVC msg=audit(1700000000.001:9): ",
        "type=1400 audit(1700000000.001:9): ",
        "audit: type=1400 audit(1700000000.001:9): ",
        "[   41.5] audit: type=1400 audit(1700000000.001:9): ",
        "[   41.5][  T60] audit: type=1400 audit(1700000000.001:9):  ",
        "<5>Jan  2 03:04:05 web kernel: [41.5] audit: type=1400 audit(1700000000.001:9): ",
        "2024-01-02T03:04:05.123456+01:00 web kernel: audit: type=1400 audit(1700000000.001:9): ",
        "  node=web type=AVC msg=audit(1700000000.001:9) : ",
        "x: [ 1.0] audit(1700000000.001:9): type=1400 ",
        "type=UNKNOWN[1400] msg=audit(1700000000.001:9): ",
      })
  void whatStandsBeforeARecordIsPassedOver(String before) {
    LoggedLine line = LoggedLine.read(before + BODY).orElseThrow();
    assertEquals(1400, line.type());
    assertEquals(ID, line.id());
    assertEquals(AuditFields.Form.KERNEL, line.form());
    assertTrue(line.body().endsWith(BODY), line.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "AVC ",
        "audit[41]: AVC ",
        "Jan 2 03:04:05 web audit[41]: AVC ",
        "x audit[1]: AUDIT1400 "
      })
  void aLineMayHaveNoId(String before) {
    LoggedLine line = LoggedLine.read(before + BODY).orElseThrow();
    assertEquals(new LoggedLine(1400, AuditId.NONE, AuditFields.Form.KERNEL, BODY), line);
    assertTrue(line.record().isPresent());
  }

  @Test
  void aDateInWordsMeansThatNothingIsInHexadecimal() {
    String avc = "avc:  denied  { read } for  pid=1 comm=4142 scontext=a:b:c:s0 tclass=file";
    LoggedLine line =
        LoggedLine.read("type=AVC msg=audit(02/01/2024 03:04:05.001:9) : " + avc).orElseThrow();
    assertEquals(AuditFields.Form.INTERPRETED, line.form());
    assertEquals(Optional.of("4142"), ((SelinuxRecord) line.record().orElseThrow()).comm());
    LoggedLine raw = LoggedLine.read("type=AVC msg=audit(1700000000.001:9): " + avc).orElseThrow();
    assertEquals(Optional.of("AB"), ((SelinuxRecord) raw.record().orElseThrow()).comm());
  }

  @Test
  void anOldAppArmorHadItsVerdictInTheType() {
    String old = "operation=\"open\" pid=4 profile=\"p\" requested_mask=\"r::\"";
    AppArmorRecord record = apparmor("[ 1.0] type=1503 audit(1700000000.001:9): " + old);
    assertEquals(AppArmorRecord.Verdict.DENIED, record.verdict());
    record = apparmor("[ 1.0] audit(1700000000.001:9): type=1502 " + old);
    assertEquals(AppArmorRecord.Verdict.ALLOWED, record.verdict());
    record = apparmor("type=APPARMOR_HINT msg=audit(1700000000.001:9):  type=1504 " + old);
    assertEquals(AppArmorRecord.Verdict.HINT, record.verdict());
  }

  @Test
  void aProgramThatDecidesByPolicyIsNotTheKernel() {
    String sent = "pid=7 uid=1 msg='" + BODY + " bus=\"system\" exe=\"/bin/dbus\"'";
    LoggedLine line =
        LoggedLine.read("type=USER_AVC msg=audit(1700000000.001:9): " + sent).orElseThrow();
    assertFalse(line.isKernels());
    AppArmorRecord record = (AppArmorRecord) line.record().orElseThrow();
    assertEquals(4, record.pid().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "nothing of the kind",
        "audit.log:type=AVC msg=audit(1700000000.001:9): apparmor=\"DENIED\"",
        "x apparmor=\"DENIED\" operation=\"open\"",
        "type=AVC msg=aud",
        "audit(",
        "audit(1700000000.001:9)",
        "AVCs apparmor",
      })
  void otherLinesAreNone(String line) {
    assertEquals(Optional.empty(), LoggedLine.read(line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type=APPARMOR msg=audit(1700000000.001:9): REJECTING r access to /x (sh(4) profile p active p)",
        "type=APPARMOR_HINT msg=audit(1700000000.001:9): LOGPROF-HINT fork pid=4 child=5 profile=p",
        "type=USER_CMD msg=audit(1700000000.001:9): pid=4 msg='apparmor=\"DENIED\" operation=\"x\"'",
        "type=SYSCALL msg=audit(1700000000.001:9): apparmor=\"DENIED\" operation=\"open\"",
      })
  void otherRecordsAreNotOfASecurityModule(String line) {
    assertEquals(Optional.empty(), LoggedLine.read(line).flatMap(LoggedLine::record));
  }

  private static AppArmorRecord apparmor(String line) {
    return (AppArmorRecord) LoggedLine.read(line).flatMap(LoggedLine::record).orElseThrow();
  }
}
