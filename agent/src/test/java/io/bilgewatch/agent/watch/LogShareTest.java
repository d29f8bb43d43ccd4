package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LogShareTest {
  @Test
  void whatTheModestLeaveGoesToThoseAfterThem() {
    LogShare share = new LogShare(1000, 900, 3, 1);
    assertEquals(10, share.take(10));
    assertEquals(100, share.take(100));
    assertEquals(790, share.take(5000));
  }

  @Test
  void nobodyTakesMoreThanAnEqualShareOrTheBoundOfOne() {
    LogShare scarce = new LogShare(1000, 900, 3, 1);
    assertEquals(300, scarce.take(5000));
    assertEquals(300, scarce.take(5000));
    assertEquals(300, scarce.take(5000));
    assertEquals(2000, new LogShare(1000, 1 << 20, 1, 2).take(5000));
  }

  @Test
  void cpuTimeIsPartedLikewise() {
    LogShare share = new LogShare(1000, 900, 2, 1);
    assertEquals(50_000_000, share.cpuNanos());
    share.spent(10_000_000);
    share.take(0);
    assertEquals(90_000_000, share.cpuNanos());
    share.spent(200_000_000);
    assertEquals(0, share.cpuNanos());
  }
}
