package io.bilgewatch.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ServiceManagerTest {
  private static final Duration WATCHDOG = Duration.ofMillis(200);

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final AtomicReference<Optional<String>> trouble =
      new AtomicReference<>(Optional.of("the host has not been read yet"));

  private ServiceManager start(Optional<Duration> watchdog) {
    return ServiceManager.start(told::add, watchdog, trouble::get);
  }

  private long count(String message) {
    return told.stream().filter(message::equals).count();
  }

  private void await(String message, long times) throws InterruptedException {
    while (count(message) < times) {
      Thread.sleep(10);
    }
  }

  @Test
  void isReadyWhenTheHostWasReadAndNotBefore() throws InterruptedException {
    try (ServiceManager _ = start(Optional.empty())) {
      Thread.sleep(400);
      assertEquals(List.of(), told);
      trouble.set(Optional.empty());
      await("READY=1\nSTATUS=the host is looked at", 1);
    }
    assertEquals("STOPPING=1", told.getLast());
    assertEquals(2, told.size());
  }

  @Test
  void theWatchdogHearsNothingWhileTheHostIsNotLookedAt() throws InterruptedException {
    trouble.set(Optional.empty());
    try (ServiceManager _ = start(Optional.of(WATCHDOG))) {
      await("WATCHDOG=1", 3);
      trouble.set(Optional.of("the host was last looked at\n70 s ago"));
      await("STATUS=the host was last looked at 70 s ago", 1);
      long before = count("WATCHDOG=1");
      Thread.sleep(3 * WATCHDOG.toMillis());
      assertEquals(before, count("WATCHDOG=1"));
      trouble.set(Optional.empty());
      await("STATUS=the host is looked at", 1);
      await("WATCHDOG=1", before + 2);
    }
  }

  @Test
  void onAManagerThatCantBeToldItGoesOn() throws InterruptedException {
    trouble.set(Optional.empty());
    ServiceManager.Line line =
        message -> {
          told.add(message);
          throw new IOException("nobody listens");
        };
    try (ServiceManager _ = ServiceManager.start(line, Optional.of(WATCHDOG), trouble::get)) {
      await("WATCHDOG=1", 2);
    }
  }

  @Test
  void withoutASocketNobodyIsTold() {
    assertTrue(ServiceManager.start(Map.of(), 1, trouble::get).isEmpty());
    assertTrue(ServiceManager.start(Map.of("NOTIFY_SOCKET", ""), 1, trouble::get).isEmpty());
  }

  @Test
  void theWatchdogsTimeIsOursAlone() {
    assertEquals(
        Optional.of(Duration.ofMinutes(2)),
        ServiceManager.watchdog(Map.of("WATCHDOG_USEC", "120000000", "WATCHDOG_PID", "42"), 42));
    assertEquals(
        Optional.of(Duration.ofSeconds(2)),
        ServiceManager.watchdog(Map.of("WATCHDOG_USEC", "2000000"), 42));
    for (Map<String, String> none :
        List.of(
            Map.<String, String>of(),
            Map.of("WATCHDOG_USEC", "120000000", "WATCHDOG_PID", "41"),
            Map.of("WATCHDOG_USEC", "0"),
            Map.of("WATCHDOG_USEC", "soon"),
            Map.of("WATCHDOG_USEC", "9223372036854775807"))) {
      assertFalse(ServiceManager.watchdog(none, 42).isPresent(), none::toString);
    }
  }
}
