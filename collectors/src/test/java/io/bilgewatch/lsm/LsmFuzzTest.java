package io.bilgewatch.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bilgewatch.kernellog.AuditId;
import io.bilgewatch.kernellog.AuditRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.provider.MethodSource;

/** Records and lines of any bytes. */
class LsmFuzzTest {
  private static final Set<Integer> TYPES = Set.of(1326, 1400, 1423, 1424);
  private static final int[] TRIED = {1107, 1300, 1320, 1326, 1400, 1401, 1423, 1424, 1503, 2100};

  @FuzzTest
  void anyRecordsMakeFindingsOfTheKernelsTypesOnly(FuzzedDataProvider data) {
    LsmJoin join = new LsmJoin();
    List<LsmFinding> findings = new ArrayList<>();
    int offered = 0;
    while (data.remainingBytes() > 0) {
      int type = TRIED[data.consumeInt(0, TRIED.length - 1)];
      AuditId id = new AuditId(1, 1, data.consumeInt(0, 3));
      byte[] body = data.consumeBytes(data.consumeInt(0, 200));
      String text = new String(body, StandardCharsets.ISO_8859_1);
      AuditRecord record = new AuditRecord(type, id, text);
      if (!TYPES.contains(type)) {
        assertTrue(LsmRecords.read(record).isEmpty());
      }
      offered += type == 1326 || type == 1400 || type == 1423 ? 1 : 0;
      findings.addAll(join.offer(record, data.consumeInt(0, 1 << 30)));
    }
    findings.addAll(join.expire(Long.MAX_VALUE / 2));
    assertTrue(findings.size() <= offered);
    for (LsmFinding finding : findings) {
      assertTrue(finding.detail().chars().noneMatch(c -> c < 0x20 || c == 0x7f));
      assertTrue(finding.operation().chars().noneMatch(c -> c < 0x20 || c == 0x7f));
      assertTrue(finding.profile().chars().noneMatch(c -> c < 0x20 || c == 0x7f));
    }
  }

  @MethodSource("io.bilgewatch.kernellog.Samples#lines")
  @FuzzTest
  void anyLineIsARecordOrNone(byte[] bytes) {
    String line = new String(bytes, StandardCharsets.ISO_8859_1);
    LoggedLine.read(line)
        .ifPresent(logged -> {
          assertTrue(line.endsWith(logged.body()));
          assertNotNull(logged.record());
        });
  }

  @MethodSource("io.bilgewatch.kernellog.Samples#bodies")
  @FuzzTest
  void whatAProgramSendsIsNeverTheKernels(byte[] bytes) {
    String sent = new String(bytes, StandardCharsets.ISO_8859_1);
    String text = "audit(1.001:1): pid=1 uid=0 msg='" + sent + "'";
    AuditRecord.ofLogLine("type=USER_AVC msg=" + text)
        .ifPresent(record -> {
          assertEquals(1107, record.type());
          assertEquals(List.of(), new LsmJoin().offer(record, 0));
        });
    LoggedLine.read("type=USER_AVC msg=" + text)
        .ifPresent(logged -> assertFalse(logged.isKernels()));
  }
}
