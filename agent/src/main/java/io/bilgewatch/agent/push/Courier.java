package io.bilgewatch.agent.push;

import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.PushStatus;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile boolean closed;

  Courier(String name, Delivery delivery, Supplier<Map<Identity, Alert>> alerts) {
    this.delivery = delivery;
    this.alerts = alerts;
    this.thread = Thread.ofVirtual().name(name).start(this::run);
  }

  /** There is something new. */
  void wake() {
    woken.set(true);
    LockSupport.unpark(thread);
  }

  PushStatus status() {
    return delivery.status();
  }

  private void run() {
    while (!closed) {
      Duration wait = step();
      // What comes while a request is under way wakes the request, which goes on waiting.
      if (!woken.getAndSet(false) && wait.isPositive() && !closed) {
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
