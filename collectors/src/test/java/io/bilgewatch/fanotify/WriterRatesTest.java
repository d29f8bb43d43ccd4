package io.bilgewatch.fanotify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Malformed;
import java.io.FileNotFoundException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WriterRatesTest {
  private static final String SAMPLE =
      """
      rchar: 323934931
      wchar: 323929600
      syscr: 632687
      syscw: 632675
      read_bytes: 0
      later_kernels: 7
      """;

  private final Map<Integer, Long> calls = new HashMap<>();
  private long now;

  @Test
  void readsTheKernelsText() throws Malformed {
    assertEquals(632_675, WriterRates.calls(bytes(SAMPLE)));
    assertEquals(5, WriterRates.calls(bytes("syscw: 5")), "a last line without its end");
    assertThrows(Malformed.class, () -> WriterRates.calls(bytes("syscr: 5\n")));
    assertThrows(Malformed.class, () -> WriterRates.calls(bytes("syscw: many\n")));
    assertThrows(Malformed.class, () -> WriterRates.calls(bytes("")));
  }

  @Test
  void aWriterIsFastByWhatItDidSinceTheLastLook() {
    WriterRates rates = rates();
    calls.put(7, 1_000_000L);
    assertFalse(rates.isKnown(7));
    assertFalse(rates.isFast(7), "a large count says nothing of now");
    assertTrue(rates.isKnown(7));
    pass(Duration.ofSeconds(1), 7, 100_001);
    assertTrue(rates.isFast(7));
    pass(Duration.ofSeconds(1), 7, 100_000);
    assertFalse(rates.isFast(7));
  }

  /** Within so short a time one call more or less would be a verdict. */
  @Test
  void aLookThatComesAtOnceSaysWhatTheLastOneSaid() {
    WriterRates rates = rates();
    calls.put(7, 0L);
    rates.isFast(7);
    pass(Duration.ofMillis(9), 7, 5_000);
    assertFalse(rates.isFast(7));
    pass(Duration.ofMillis(1), 7, 0);
    assertTrue(rates.isFast(7));
    pass(Duration.ofMillis(1), 7, 0);
    assertTrue(rates.isFast(7));
  }

  @Test
  void aProcessThatHasEndedIsForgotten() {
    WriterRates rates = rates();
    calls.put(7, 1_000_000L);
    rates.isFast(7);
    pass(Duration.ofSeconds(1), 7, 500_000);
    assertTrue(rates.isFast(7));
    calls.remove(7);
    now += Duration.ofSeconds(1).toNanos();
    assertFalse(rates.isFast(7));
    assertFalse(rates.isKnown(7));
    calls.put(7, 10L);
    assertFalse(rates.isFast(7), "another one of that number");
  }

  @Test
  void anotherProcessOfTheSameNumberIsNotTheOldOne() {
    WriterRates rates = rates();
    calls.put(7, 9_000_000L);
    rates.isFast(7);
    calls.put(7, 3L);
    now += Duration.ofSeconds(1).toNanos();
    assertFalse(rates.isFast(7));
  }

  @Test
  void remembersNoMoreThanItsBound() {
    WriterRates rates = rates();
    for (int pid = 1; pid <= 300; pid++) {
      calls.put(pid, 0L);
      rates.isFast(pid);
    }
    assertFalse(rates.isKnown(44));
    assertTrue(rates.isKnown(45));
  }

  @Test
  void theKernelCountsThisProcess() {
    try (WriterRates rates = new WriterRates(HostRoot.LIVE)) {
      int own = (int) ProcessHandle.current().pid();
      assertFalse(rates.isFast(own));
      assertTrue(rates.isKnown(own), "its count was read");
    }
  }

  private void pass(Duration time, int pid, long more) {
    now += time.toNanos();
    calls.merge(pid, more, Long::sum);
  }

  private WriterRates rates() {
    return new WriterRates(
        pid -> {
          if (!calls.containsKey(pid)) {
            throw new FileNotFoundException("io");
          }
          return bytes("syscr: 1\nsyscw: %d\n".formatted(calls.get(pid)));
        },
        () -> now);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
