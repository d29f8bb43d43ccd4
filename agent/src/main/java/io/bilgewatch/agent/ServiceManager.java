package io.bilgewatch.agent;

import io.bilgewatch.libc.UnixDatagram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager that started us how we are, as sd_notify(3) and sd_watchdog_enabled(3)
 * say: ready once there is something to serve, alive as long as the host is looked at, and ending.
 * Where we are not alive it hears nothing, and starts us again. Without {@code NOTIFY_SOCKET} in
 * the environment nobody is told anything.
 */
final class ServiceManager implements AutoCloseable {
  /** Takes one message; may fail, which ends nothing. */
  @FunctionalInterface
  interface Line {
    void tell(String message) throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

  /** A host that can't be looked at is told of by what we serve, not by a start that fails. */
  private static final Duration MOST_START = Duration.ofSeconds(45);

  private static final Duration STEP = Duration.ofMillis(100);
  private static final Duration SELDOM = Duration.ofMinutes(1);

  private final Line line;
  private final Optional<Duration> watchdog;
  private final Supplier<Optional<String>> trouble;
  private final Thread thread;
  private boolean failed;

  private ServiceManager(
      Line line, Optional<Duration> watchdog, Supplier<Optional<String>> trouble) {
    this.line = line;
    this.watchdog = watchdog;
    this.trouble = trouble;
    this.thread =
        Thread.ofPlatform().daemon().name("bilgewatch-service-manager").unstarted(this::run);
  }

  /**
   * Begins to tell; empty where nobody is to be told.
   *
   * @param environment of this process
   * @param pid of this process: a watchdog may be meant for another
   * @param trouble why what is served is not to be relied on; empty where it is
   */
  static Optional<ServiceManager> start(
      Map<String, String> environment, long pid, Supplier<Optional<String>> trouble) {
    String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
    if (socket.isEmpty()) {
      return Optional.empty();
    }
    Line line = message -> UnixDatagram.send(socket, message.getBytes(StandardCharsets.UTF_8));
    return Optional.of(start(line, watchdog(environment, pid), trouble));
  }

  static ServiceManager start(
      Line line, Optional<Duration> watchdog, Supplier<Optional<String>> trouble) {
    ServiceManager manager = new ServiceManager(line, watchdog, trouble);
    manager.thread.start();
    return manager;
  }

  /** After which time of silence we are taken for dead. */
  static Optional<Duration> watchdog(Map<String, String> environment, long pid) {
    String whose = environment.getOrDefault("WATCHDOG_PID", Long.toString(pid));
    try {
      long micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
      return micros > 0 && whose.equals(Long.toString(pid))
          ? Optional.of(Duration.ofNanos(Math.multiplyExact(micros, 1_000)))
          : Optional.empty();
    } catch (NumberFormatException | ArithmeticException e) {
      LOG.warn("WATCHDOG_USEC is no time: there is no watchdog: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private void run() {
    try {
      Optional<String> before = awaitStart();
      tell("READY=1\n" + status(before));
      while (true) {
        Thread.sleep(watchdog.map(time -> time.dividedBy(2)).orElse(SELDOM));
        Optional<String> now = trouble.get();
        if (!now.equals(before)) {
          tell(status(now));
          before = now;
        }
        if (watchdog.isPresent() && now.isEmpty()) {
          tell("WATCHDOG=1");
        }
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private Optional<String> awaitStart() throws InterruptedException {
    long end = System.nanoTime() + MOST_START.toNanos();
    Optional<String> now = trouble.get();
    while (now.isPresent() && System.nanoTime() - end < 0) {
      Thread.sleep(STEP);
      now = trouble.get();
    }
    return now;
  }

  private static String status(Optional<String> trouble) {
    return "STATUS=" + trouble.map(text -> text.replace('\n', ' ')).orElse("the host is looked at");
  }

  private synchronized void tell(String message) {
    try {
      line.tell(message);
      failed = false;
    } catch (IOException | IllegalArgumentException e) {
      if (!failed) {
        LOG.warn("the service manager can't be told: {}", e.getMessage());
      }
      failed = true;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    tell("STOPPING=1");
  }
}
