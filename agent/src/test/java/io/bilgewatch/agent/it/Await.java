package io.bilgewatch.agent.it;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what must become true, and says how long it took. */
public final class Await {
  private Await() {}

  public static Duration until(String what, Duration atMost, BooleanSupplier condition) {
    long began = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - began > atMost.toNanos()) {
        throw new AssertionError("after " + atMost + " still not: " + what);
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
