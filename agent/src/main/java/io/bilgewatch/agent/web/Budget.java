package io.bilgewatch.agent.web;

import java.util.concurrent.atomic.AtomicInteger;

/** The bytes that all answers under way may hold together. */
final class Budget {
  private final AtomicInteger left;

  Budget(int bytes) {
    left = new AtomicInteger(bytes);
  }

  /** Takes all of it or nothing. */
  boolean take(int bytes) {
    return left.getAndUpdate(now -> now >= bytes ? now - bytes : now) >= bytes;
  }

  void give(int bytes) {
    left.addAndGet(bytes);
  }

  int left() {
    return left.get();
  }
}
