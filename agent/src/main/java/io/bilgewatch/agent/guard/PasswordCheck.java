package io.bilgewatch.agent.guard;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Computes the hashes of passwords on one thread, so that who guesses takes little of the host,
 * nothing of who was right before, and of those who were not only a part of the places.
 */
final class PasswordCheck implements AutoCloseable {
  /** What is wrong is answered at a multiple of this, which hides how long it took. */
  private static final Duration SLOT = Duration.ofMillis(250);

  private static final int MOST_WAITING = 16;
  private static final int MOST_OF_ONE = 4;
  private static final Duration SPARE = Duration.ofSeconds(90);

  private final Map<String, Integer> waiting = new HashMap<>();
  private final ThreadPoolExecutor worker =
      new ThreadPoolExecutor(
          1,
          1,
          SPARE.toSeconds(),
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().daemon().name("bilgewatch-passwords").factory());

  PasswordCheck() {
    worker.allowCoreThreadTimeOut(true);
  }

  /**
   * Who asks.
   *
   * @param address of the peer
   * @param isThere whether it still waits for the answer
   */
  record Asking(String address, BooleanSupplier isThere) {}

  /**
   * @param then told at once or on the thread of this; always, but where this is closed meanwhile
   */
  void check(Passwords passwords, String authorization, Asking who, Consumer<Verdict> then) {
    Optional<Passwords.Claim> claim = Passwords.claim(authorization);
    if (claim.isEmpty()) {
      then.accept(Verdict.UNKNOWN);
    } else if (passwords.isAdmitted(claim.get())) {
      then.accept(Verdict.ADMITTED);
    } else if (takePlace(who.address())) {
      enqueue(passwords, claim.get(), who, then);
    } else {
      then.accept(Verdict.TOO_MANY);
    }
  }

  private synchronized boolean takePlace(String address) {
    int taken = waiting.getOrDefault(address, 0);
    if (taken < MOST_OF_ONE) {
      waiting.put(address, taken + 1);
    }
    return taken < MOST_OF_ONE;
  }

  private synchronized void leavePlace(String address) {
    waiting.computeIfPresent(address, (_, taken) -> taken > 1 ? taken - 1 : null);
  }

  private void enqueue(
      Passwords passwords, Passwords.Claim claim, Asking who, Consumer<Verdict> then) {
    try {
      worker.execute(() -> {
        Verdict verdict =
            who.isThere().getAsBoolean() ? verdict(passwords, claim) : Verdict.TOO_MANY;
        leavePlace(who.address());
        then.accept(verdict);
      });
    } catch (RejectedExecutionException _) {
      leavePlace(who.address());
      then.accept(Verdict.TOO_MANY);
    }
  }

  private static Verdict verdict(Passwords passwords, Passwords.Claim claim) {
    long began = System.nanoTime();
    // Several connections of one client wait for the same.
    if (passwords.isAdmitted(claim) || passwords.check(claim)) {
      return Verdict.ADMITTED;
    }
    // The dearest hash is computed well within a slot, and so is every other.
    long slot = SLOT.toNanos() * (1 + 2 * passwords.dearest().toNanos() / SLOT.toNanos());
    try {
      TimeUnit.NANOSECONDS.sleep(slot - (System.nanoTime() - began) % slot);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return Verdict.UNKNOWN;
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
