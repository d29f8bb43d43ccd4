package io.bilgewatch.kernellog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToldLossesTest {
  private final ToldLosses told = new ToldLosses();

  @Test
  void suppressedCallbacksAreCounted() {
    assertEquals(OptionalLong.of(3), lost("dump_header: 3 callbacks suppressed"));
  }

  @Test
  void theSumOfLostRecordsIsToldFromOneToTheNext() {
    assertEquals(OptionalLong.empty(), lost(sum(100)));
    assertEquals(OptionalLong.of(18), lost(sum(118)));
    assertEquals(OptionalLong.of(0), lost(sum(118)));
    assertEquals(OptionalLong.of(4294967295L), lost(sum(117)), "the kernel's counter has 32 bits");
  }

  @Test
  void theReasonBehindASumIsNoFurtherLoss() {
    assertEquals(OptionalLong.empty(), lost("audit: backlog limit exceeded"));
    assertEquals(OptionalLong.empty(), lost(sum(1)));
    assertEquals(Optional.empty(), told.read(kmsg(0, "audit: rate limit exceeded")));
    assertEquals(OptionalLong.empty(), lost("audit: rate limit exceeded"));
    assertEquals(OptionalLong.empty(), lost("audit: kauditd hold queue overflow"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "callbacks suppressed",
        ": 4 callbacks suppressed",
        "a b: 4 callbacks suppressed",
        "x: four callbacks suppressed",
        "x:  callbacks suppressed",
        "x: 99999999999 callbacks suppressed",
        "cgroup: limit exceeded",
        "audit: type=1107 audit(1.001:1): msg='x: 4 callbacks suppressed",
      })
  void otherLinesTellOfNone(String text) {
    assertEquals(Optional.empty(), told.read(kmsg(0, text)));
  }

  @Test
  void userSpaceTellsOfNone() {
    assertEquals(Optional.empty(), told.read(kmsg(1, "x: 4 callbacks suppressed")));
  }

  /** Whether they are missed depends on where else audit records are read. */
  @Test
  void copiesOfAuditRecordsAreWithheldAndNotYetLost() {
    assertEquals(42, withheld("kauditd_printk_skb: 42 callbacks suppressed"));
    assertEquals(7, withheld("audit_printk_skb: 7 callbacks suppressed"));
  }

  private long withheld(String text) {
    return ((KernelLogItem.Withheld) told.read(kmsg(0, text)).orElseThrow()).records();
  }

  private static String sum(long lost) {
    return "audit: audit_lost=" + lost + " audit_rate_limit=0 audit_backlog_limit=64";
  }

  private OptionalLong lost(String text) {
    return ((KernelLogItem.Lost) told.read(kmsg(0, text)).orElseThrow()).records();
  }

  private static KmsgRecord kmsg(int facility, String text) {
    return new KmsgRecord(4, facility, 1, Duration.ofSeconds(1), false, text, Map.of());
  }
}
