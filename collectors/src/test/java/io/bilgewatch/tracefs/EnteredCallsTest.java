package io.bilgewatch.tracefs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.tracefs.EnteredCalls.Entered;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class EnteredCallsTest {
  private final EnteredCalls calls = new EnteredCalls();

  private void add(int tid, long nanos, String call, long flags) {
    calls.add(tid, new Entered(nanos, call, OptionalLong.of(flags), Optional.empty()));
  }

  private OptionalLong flags(int tid, String call, long nanos) {
    return calls.at(tid, call, nanos).map(Entered::flags).orElse(OptionalLong.empty());
  }

  @Test
  void lastCallOfTheThreadBeforeTheTime() {
    add(7, 100, "openat", 1);
    add(7, 300, "openat", 3);
    add(7, 200, "openat", 2);
    add(8, 250, "openat", 9);
    assertEquals(OptionalLong.of(1), flags(7, "openat", 150));
    assertEquals(OptionalLong.of(2), flags(7, "openat", 299));
    assertEquals(OptionalLong.of(3), flags(7, "openat", 300));
    assertEquals(OptionalLong.empty(), flags(7, "openat", 99));
    assertEquals(OptionalLong.empty(), flags(9, "openat", 300));
  }

  /** A write of long ago does not stand for another call that was not seen. */
  @Test
  void anotherCallIsNoAnswer() {
    add(7, 100, "openat", 1);
    assertEquals(OptionalLong.empty(), flags(7, "open", 150));
  }

  @Test
  void beforeALossNothingIsCertain() {
    add(7, 100, "openat", 1);
    calls.completeSince(120);
    assertEquals(OptionalLong.empty(), flags(7, "openat", 150));
    add(7, 130, "openat", 2);
    calls.completeSince(90);
    assertEquals(OptionalLong.of(2), flags(7, "openat", 150));
    calls.settle();
    assertEquals(OptionalLong.of(2), flags(7, "openat", 150));
  }

  @Test
  void aThreadMayStillBeInItsLastCall() {
    add(7, 300, "openat", 3);
    add(7, 200, "openat", 2);
    calls.settle();
    assertEquals(OptionalLong.of(3), flags(7, "openat", 400));
    assertEquals(OptionalLong.empty(), flags(7, "openat", 250));
  }

  @Test
  void boundedInThreads() {
    for (int tid = 0; tid < 100_000; tid++) {
      add(tid, System.nanoTime(), "openat", 1);
    }
    calls.settle();
    assertEquals(OptionalLong.empty(), flags(99_999, "openat", System.nanoTime()));
    add(5, System.nanoTime() + 1, "openat", 2);
    assertEquals(OptionalLong.of(2), flags(5, "openat", Long.MAX_VALUE));
  }
}
