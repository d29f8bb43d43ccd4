package io.bilgewatch.kernellog;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bilgewatch.kernel.Malformed;

/** What comes through the audit socket, of any bytes. */
class NetlinkAuditFuzzTest {

  @FuzzTest
  void anyBytesAreARecordOrMalformed(byte[] message) {
    try {
      assertNotNull(NetlinkAuditSource.wanted(message, message.length));
    } catch (Malformed e) {
      assertNotNull(e.getMessage());
    }
  }

  @FuzzTest
  void anyBytesAreAStatusOrMalformed(byte[] message) {
    try {
      assertNotNull(AuditStatus.parse(message, message.length));
    } catch (Malformed e) {
      assertNotNull(e.getMessage());
    }
  }
}
