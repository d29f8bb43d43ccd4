package io.bilgewatch.agent.push;

import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.PushStatus;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread of one delivery: one Alertmanager that is dead does not hold up the others. */
final class Courier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final Delivery delivery;
  private final Supplier<Map<Identity, Alert>> alerts;
  private final Thread thread;
  private volatile boolean closed;

  Courier(String name, Delivery delivery, Supplier<Map<Identity, Alert>> alerts) {
    this.delivery = delivery;
    this.alerts = alerts;
    this.thread = Thread.ofVirtual().name(name).start(this::run);
  }

  /** There is something new. */
  void wake() {
    LockSupport.unpark(thread);
  }

  PushStatus status() {
    return delivery.status();
  }

  private void run() {
    while (!closed) {
      Duration wait = step();
      if (wait.isPositive() && !closed) {
        // A wake that comes while a request is under way may be lost in it; after a request there
        // is no wait.
        LockSupport.parkNanos(wait.toNanos());
      }
    }
  }

  private Duration step() {
    try {
      return delivery.step(alerts.get());
    } catch (RuntimeException e) {
      // Without its thread an Alertmanager would be told nothing, and nobody would know.
      LOG.error("a delivery was broken off", e);
      return AFTER_A_FAULT;
    }
  }

  /** Breaks off what is under way. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
