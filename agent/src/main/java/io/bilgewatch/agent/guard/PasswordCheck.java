package io.bilgewatch.agent.guard;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Computes the hashes of passwords on one thread, so that who guesses takes little of the host and
 * nothing of who was right before.
 */
final class PasswordCheck implements AutoCloseable {
  /** What is wrong is answered at a multiple of this, which hides how long it took. */
  static final Duration SLOT = Duration.ofMillis(250);

  private static final int MOST_WAITING = 32;
  private static final Duration SPARE = Duration.ofSeconds(90);

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
   * @param then told at once or on the thread of this; always
   */
  void check(Passwords passwords, String authorization, Consumer<Verdict> then) {
    var claim = Passwords.claim(authorization);
    if (claim.isEmpty()) {
      then.accept(Verdict.UNKNOWN);
    } else if (passwords.isAdmitted(claim.get())) {
      then.accept(Verdict.ADMITTED);
    } else {
      enqueue(() -> then.accept(verdict(passwords, claim.get())), then);
    }
  }

  private void enqueue(Runnable work, Consumer<Verdict> then) {
    try {
      worker.execute(work);
    } catch (RejectedExecutionException _) {
      then.accept(Verdict.TOO_MANY);
    }
  }

  private static Verdict verdict(Passwords passwords, Passwords.Claim claim) {
    long began = System.nanoTime();
    // Several connections of one client wait for the same.
    if (passwords.isAdmitted(claim) || passwords.check(claim)) {
      return Verdict.ADMITTED;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(SLOT.toNanos() - (System.nanoTime() - began) % SLOT.toNanos());
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
