package io.bilgewatch.process;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bilgewatch.kernel.Malformed;

/** Messages of the process connector, and {@code stat}, of any bytes. */
class ConnectorFuzzTest {

  @FuzzTest
  void anyBytesAreAnEventOrMalformed(byte[] message) {
    try {
      assertNotNull(ConnectorMessage.parse(message, message.length));
    } catch (Malformed e) {
      assertNotNull(e.getMessage());
    }
  }

  @FuzzTest
  void anyBytesAreAStatOrMalformed(byte[] text) {
    try {
      assertNotNull(ProcessStat.parse(text));
    } catch (Malformed e) {
      assertNotNull(e.getMessage());
    }
  }
}
