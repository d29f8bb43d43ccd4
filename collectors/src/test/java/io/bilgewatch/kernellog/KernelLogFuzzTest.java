package io.bilgewatch.kernellog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bilgewatch.kernel.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.provider.MethodSource;

/** Records of any bytes. */
class KernelLogFuzzTest {

  @MethodSource("io.bilgewatch.kernellog.Samples#kmsg")
  @FuzzTest
  void anyBytesAreAKmsgRecordOrMalformed(byte[] bytes) {
    KmsgRecord record;
    try {
      record = KmsgRecord.parse(bytes, 0, bytes.length);
    } catch (Malformed e) {
      assertNotNull(e.getMessage());
      return;
    }
    assertTrue(record.level() >= 0 && record.level() < 8);
    assertEquals(record.facility() == 0, record.isKernel());
    assertFalse(record.sinceBoot().isNegative());
    assertTrue(record.text().length() <= bytes.length);
    Optional<AuditRecord> audit = AuditRecord.ofKmsg(record);
    audit.ifPresent(present -> assertTrue(record.isKernel() && present.type() >= 0));
    assertNotNull(new ToldLosses().read(record));
  }

  @MethodSource("io.bilgewatch.kernellog.Samples#lines")
  @FuzzTest
  void anyTextIsAnAuditRecordOrMalformed(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    try {
      AuditRecord record = AuditRecord.ofNetlink(1400, text);
      assertTrue(text.startsWith("audit("));
      assertTrue(text.contains(record.body()));
    } catch (Malformed e) {
      assertNotNull(e.getMessage());
    }
    AuditRecord.ofLogLine(text).ifPresent(record -> assertTrue(text.endsWith(record.body())));
  }

  @MethodSource("io.bilgewatch.kernellog.Samples#bodies")
  @FuzzTest
  void anyBodyHasFieldsThatCanBeShown(byte[] bytes) {
    String body = new String(bytes, StandardCharsets.ISO_8859_1);
    for (AuditFields.Form form : AuditFields.Form.values()) {
      AuditFields fields = AuditFields.read(body, form);
      for (Map.Entry<String, String> field : fields.raw().entrySet()) {
        String shown = fields.text(field.getKey()).orElseThrow();
        assertTrue(shown.chars().noneMatch(c -> c < 0x20 || c == 0x7f), shown);
        assertNotNull(fields.integer(field.getKey()));
        assertNotNull(fields.hexadecimal(field.getKey()));
      }
      nothingBehindWhatAProgramSent(body, fields);
    }
  }

  private static void nothingBehindWhatAProgramSent(String body, AuditFields fields) {
    AuditFields with = AuditFields.read("msg='" + body + "'");
    assertEquals(1, with.raw().size());
    assertTrue(fields.raw().size() <= 96);
  }
}
