package io.bilgewatch.kernellog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bilgewatch.kernel.Malformed;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditRecordTest {
  private static final AuditId ID = new AuditId(1600000000, 7, 42);
  private static final String STAMPED = "audit(1600000000.007:42): a=1 b=2";
  private static final Optional<AuditRecord> RECORD =
      Optional.of(new AuditRecord(1400, ID, "a=1 b=2"));

  @Test
  void anIdIsATimeAndASerial() {
    assertEquals(Optional.of(ID), AuditId.parse("1600000000.007:42"));
    assertEquals("1600000000.007:42", ID.toString());
    assertEquals(Instant.ofEpochMilli(1600000000007L), ID.instant());
    assertEquals("1.102:31", AuditId.parse("1.102:31").orElseThrow().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1.02:3", "1.0020:3", ".002:3", "1.002:", "1.002", "a.002:3", "1.-02:3"})
  void anythingElseIsNoId(String text) {
    assertEquals(Optional.empty(), AuditId.parse(text));
  }

  @Test
  void theKernelsLogHasThemBehindTheirType() {
    assertEquals(RECORD, AuditRecord.ofKmsg(kmsg(0, "audit: type=1400 " + STAMPED)));
    assertEquals(RECORD, AuditRecord.ofKmsg(kmsg(0, "type=1400 " + STAMPED)), "before Linux 4.4");
  }

  @Test
  void whatUserSpaceWroteIsNone() {
    for (int facility = 1; facility < 256; facility++) {
      KmsgRecord forged = kmsg(facility, "audit: type=1400 " + STAMPED);
      assertEquals(Optional.empty(), AuditRecord.ofKmsg(forged));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " audit: type=1400 audit(1600000000.007:42): a=1",
        "eth0: audit: type=1400 audit(1600000000.007:42): a=1",
        "x\naudit: type=1400 audit(1600000000.007:42): a=1",
        "audit: audit: type=1400 audit(1600000000.007:42): a=1",
        "audit: type=1400  audit(1600000000.007:42): a=1",
        "audit: type=-1400 audit(1600000000.007:42): a=1",
        "audit: type=1400",
        "audit: type= audit(1600000000.007:42): a=1",
        "audit: audit(1600000000.007:42): a=1",
        "audit: type=1400 audit(1600000000.007:42) a=1",
        "audit: type=1400 audit(1600000000): a=1",
      })
  void onlyTheBeginningOfARecordCounts(String text) {
    assertEquals(Optional.empty(), AuditRecord.ofKmsg(kmsg(0, text)));
  }

  @Test
  void theTypeIsTheFirst() {
    String forged = "audit: type=1107 audit(1.001:1): msg='x\naudit: type=1400 " + STAMPED + "'";
    assertEquals(1107, AuditRecord.ofKmsg(kmsg(0, forged)).orElseThrow().type());
  }

  @Test
  void netlinkHasTheTypeInItsHeader() throws Exception {
    assertEquals(RECORD.orElseThrow(), AuditRecord.ofNetlink(1400, STAMPED));
    assertEquals(RECORD.orElseThrow(), AuditRecord.ofNetlink(1400, STAMPED + "\0"));
    assertEquals("", AuditRecord.ofNetlink(1320, "audit(1600000000.007:42): ").body());
    assertThrows(Malformed.class, () -> AuditRecord.ofNetlink(1400, " " + STAMPED));
    assertThrows(Malformed.class, () -> AuditRecord.ofNetlink(1400, ""));
  }

  @Test
  void auditdWritesTypesAsNames() {
    assertEquals(RECORD, AuditRecord.ofLogLine("type=AVC msg=" + STAMPED));
    assertEquals(RECORD, AuditRecord.ofLogLine("node=web-7.example type=AVC msg=" + STAMPED));
    assertEquals(RECORD, AuditRecord.ofLogLine("type=UNKNOWN[1400] msg=" + STAMPED));
    assertEquals(RECORD, AuditRecord.ofLogLine("type=1400 msg=" + STAMPED));
    assertEquals(
        AuditTypes.OTHER, AuditRecord.ofLogLine("type=NEW_2 msg=" + STAMPED).orElseThrow().type());
    assertEquals(
        1424, AuditRecord.ofLogLine("type=LANDLOCK_DOMAIN msg=" + STAMPED).orElseThrow().type());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "time->Fri",
        "----",
        " type=AVC msg=audit(1600000000.007:42): a=1",
        "host=x type=AVC msg=audit(1600000000.007:42): a=1",
        "type=AVC audit(1600000000.007:42): a=1",
        "type=avc msg=audit(1600000000.007:42): a=1",
        "type=UNKNOWN[] msg=audit(1600000000.007:42): a=1",
        "type=AVC msg=audit(01/02/2024 07:13:19.428:543) : a=1",
        "node= type=",
      })
  void otherLinesAreNoRecords(String line) {
    assertEquals(Optional.empty(), AuditRecord.ofLogLine(line));
  }

  private static KmsgRecord kmsg(int facility, String text) {
    return new KmsgRecord(5, facility, 1, Duration.ofSeconds(1), false, text, Map.of());
  }
}
