package io.bilgewatch.agent.risk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TmpfsRisksTest {
  private static final long MIB = 1 << 20;

  @Test
  void aTmpfsLargerThanTheHeadroomEndsInAKill() {
    assertEquals(2.0, ratio(64 * MIB, tmpfs("0:1", Limit.bytes(128 * MIB), 0)));
    assertEquals(0.5, ratio(64 * MIB, tmpfs("0:1", Limit.bytes(64 * MIB), 32 * MIB)));
  }

  @Test
  void aSharedTmpfsCountsOnce() {
    assertEquals(
        1.0,
        ratio(
            64 * MIB,
            tmpfs("0:1", Limit.bytes(64 * MIB), 0),
            tmpfs("0:1", Limit.bytes(64 * MIB), 0)));
  }

  @Test
  void noSizeOrNoHeadroomIsWithoutBoundAndAFullTmpfsIsNoRisk() {
    assertEquals(Double.POSITIVE_INFINITY, ratio(64 * MIB, tmpfs("0:1", Limit.unlimited(), 0)));
    assertEquals(Double.POSITIVE_INFINITY, ratio(0, tmpfs("0:1", Limit.bytes(MIB), 0)));
    assertEquals(Double.POSITIVE_INFINITY, ratio(-5, tmpfs("0:1", Limit.bytes(MIB), 0)));
    assertEquals(0.0, ratio(0, tmpfs("0:1", Limit.bytes(MIB), MIB)));
  }

  @Test
  void whatIsNotKnownMakesTheRiskUnknownAndNotSmall() {
    Reading<TmpfsUsage> unread = Reading.missing(Cause.NOT_PERMITTED, "no");
    assertFalse(TmpfsRisks.of(List.of(unread), Reading.of(MIB)).isPresent());
    assertFalse(
        TmpfsRisks.of(
                List.of(Reading.of(tmpfs("0:1", Limit.bytes(MIB), 0))),
                Reading.missing(Cause.FAILED, "no cgroup"))
            .isPresent());
  }

  private static double ratio(long headroom, TmpfsUsage... mounts) {
    List<Reading<TmpfsUsage>> readings = java.util.Arrays.stream(mounts).map(Reading::of).toList();
    return TmpfsRisks.of(readings, Reading.of(headroom)).optional().orElseThrow().ratio();
  }

  private static TmpfsUsage tmpfs(String device, Limit size, long used) {
    return new TmpfsUsage(
        KernelPath.of("/tmp"),
        device,
        size,
        OptionalLong.of(used),
        OptionalLong.empty(),
        OptionalLong.empty(),
        true,
        false);
  }
}
