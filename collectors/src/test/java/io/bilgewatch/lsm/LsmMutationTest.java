package io.bilgewatch.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernellog.AuditId;
import io.bilgewatch.kernellog.AuditRecord;
import io.bilgewatch.kernellog.Samples;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Damaged records, always the same. */
class LsmMutationTest {
  private static final int COUNT = 10_000;
  private final LsmFuzzTest asks = new LsmFuzzTest();

  @Test
  void damagedLinesAreReadOrRefused() {
    Samples.mutations(20_260_102, COUNT).forEach(asks::anyLineIsARecordOrNone);
    Samples.mutations(20_260_103, COUNT).forEach(asks::whatAProgramSendsIsNeverTheKernels);
  }

  @Test
  void damagedRecordsMakeAFindingEachAtMost() {
    LsmJoin join = new LsmJoin();
    int findings = 0;
    int serial = 0;
    for (byte[] bytes : Samples.mutations(20_260_104, COUNT).toList()) {
      String body = new String(bytes, StandardCharsets.ISO_8859_1);
      for (int type : List.of(1400, 1326, 1423, 1424)) {
        findings += join.offer(record(type, serial, body), serial * 1_000L).size();
      }
      assertEquals(List.of(), new LsmJoin().offer(record(1107, serial, body), 0));
      serial++;
    }
    findings += join.expire(Long.MAX_VALUE / 2).size();
    assertTrue(findings > 100 && findings < 3 * COUNT, findings + " findings");
  }

  private static AuditRecord record(int type, long serial, String body) {
    return new AuditRecord(type, new AuditId(1, 1, serial), body);
  }
}
