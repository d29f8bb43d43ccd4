package io.bilgewatch.kernellog;

import org.junit.jupiter.api.Test;

/**
 * A few ten thousand damaged records, always the same: what {@link KernelLogFuzzTest} asks of them.
 */
class KernelLogMutationTest {
  private final KernelLogFuzzTest asks = new KernelLogFuzzTest();

  @Test
  void damagedRecordsAreReadOrRefused() {
    for (byte[] bytes : Samples.mutations(20_260_101, 10_000).toList()) {
      asks.anyBytesAreAKmsgRecordOrMalformed(bytes);
      asks.anyTextIsAnAuditRecordOrMalformed(bytes);
      asks.anyBodyHasFieldsThatCanBeShown(bytes);
    }
  }
}
