package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.kernel.Reading.Missing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PatientWorkerTest {
  private static final Duration PATIENCE = Duration.ofMillis(150);

  @Test
  void everyKeyHasItsAnswer() {
    try (var worker = new PatientWorker<Integer>("test", PATIENCE)) {
      Map<Integer, Reading<Integer>> squares =
          worker.readAll(List.of(1, 2, 3), n -> Reading.of(n * n));
      assertEquals(Map.of(1, Reading.of(1), 2, Reading.of(4), 3, Reading.of(9)), squares);
    }
  }

  @Test
  void aThrowMissesAloneAndSaysWhy() {
    try (var worker = new PatientWorker<Integer>("test", PATIENCE)) {
      Map<Integer, Reading<Integer>> read =
          worker.readAll(List.of(1, 2), n -> Reading.of(1 / (n - 1)));
      assertEquals(Cause.FAILED, cause(read.get(1)));
      assertEquals(Reading.of(1), read.get(2));
    }
  }

  @Test
  void anErrorEndsNeitherTheOthersNorTheNextReading() {
    try (var worker = new PatientWorker<Integer>("test", PATIENCE)) {
      Map<Integer, Reading<Integer>> read =
          worker.readAll(List.of(1, 2), PatientWorkerTest::withoutLibrary);
      assertEquals(Cause.FAILED, cause(read.get(1)));
      assertEquals(Reading.of(2), read.get(2));
      assertEquals(
          Reading.of(2), worker.readAll(List.of(2), PatientWorkerTest::withoutLibrary).get(2));
    }
  }

  /** As where JNA can't unpack its library. */
  private static Reading<Integer> withoutLibrary(int key) {
    if (key == 1) {
      throw new NoClassDefFoundError("Could not initialize class Libc");
    }
    return Reading.of(key);
  }

  @Test
  void aReadingThatIsBrokenOffIsAFailureAndTheNextIsRead() {
    try (var worker = new PatientWorker<Integer>("test", PATIENCE)) {
      assertEquals(Cause.FAILED, cause(worker.readAll(List.of(1), _ -> null).get(1)));
      assertEquals(Reading.of(2), worker.readAll(List.of(2), Reading::of).get(2));
    }
  }

  @Test
  void theOneThatHangsIsLeftBehindAndTheOthersAreRead() throws InterruptedException {
    CountDownLatch mend = new CountDownLatch(1);
    try (var worker = new PatientWorker<String>("test", PATIENCE)) {
      Map<String, Reading<String>> read =
          worker.readAll(List.of("a", "dead", "b"), key -> answer(key, mend));
      assertEquals(Reading.of("a"), read.get("a"));
      assertEquals(Reading.of("b"), read.get("b"));
      assertEquals(Cause.STUCK, cause(read.get("dead")));
      assertEquals(1, worker.stuck());

      // Not asked again while it hangs: this returns at once.
      long began = System.nanoTime();
      assertEquals(
          Cause.STUCK, cause(worker.readAll(List.of("dead"), k -> answer(k, mend)).get("dead")));
      assertTrue(System.nanoTime() - began < PATIENCE.toNanos() / 2);

      mend.countDown();
      while (worker.stuck() > 0) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertEquals(
          Reading.of("dead"), worker.readAll(List.of("dead"), k -> answer(k, mend)).get("dead"));
    }
  }

  @Test
  void neverMoreThanAHandfulOfThreadsHang() {
    CountDownLatch never = new CountDownLatch(1);
    try (var worker = new PatientWorker<Integer>("test", Duration.ofMillis(30))) {
      List<Integer> keys = java.util.stream.IntStream.range(0, 50).boxed().toList();
      Map<Integer, Reading<Integer>> read =
          worker.readAll(
              keys,
              key -> {
                sleepUntil(never);
                return Reading.of(key);
              });
      assertEquals(50, read.size());
      read.values().forEach(reading -> assertEquals(Cause.STUCK, cause(reading)));
      assertEquals(4, worker.stuck());
    }
    never.countDown();
  }

  @Test
  void oneThatBeatsIsNotStuck() {
    try (var worker = new PatientWorker<Integer>("test", PATIENCE)) {
      Reading<Integer> read =
          worker
              .readAll(
                  List.of(1),
                  key -> {
                    for (int i = 0; i < 10; i++) {
                      pause(PATIENCE.dividedBy(3));
                      worker.beat();
                    }
                    return Reading.of(key);
                  })
              .get(1);
      assertEquals(Reading.of(1), read);
    }
  }

  @Test
  void oneThatWasLeftBehindDoesNotSpeakForAnother() throws InterruptedException {
    try (var worker = new PatientWorker<String>("test", PATIENCE)) {
      CountDownLatch never = new CountDownLatch(1);
      AtomicBoolean over = new AtomicBoolean();
      worker.readAll(
          List.of("left"),
          key -> {
            pause(PATIENCE.multipliedBy(2));
            while (!over.get()) {
              pause(PATIENCE.dividedBy(5));
              worker.beat();
            }
            return Reading.of(key);
          });
      CompletableFuture<Reading<String>> read =
          CompletableFuture.supplyAsync(() ->
              worker
                  .readAll(
                      List.of("hangs"),
                      key -> {
                        sleepUntil(never);
                        return Reading.of(key);
                      })
                  .get("hangs"));
      Reading<String> found =
          read.completeOnTimeout(Reading.of("still waits"), 20, TimeUnit.SECONDS).join();
      over.set(true);
      never.countDown();
      assertEquals(Cause.STUCK, cause(found));
    }
  }

  @Test
  void closingWaitsForNothing() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    var worker = new PatientWorker<String>("test", Duration.ofMinutes(5));
    CompletableFuture<Map<String, Reading<String>>> reads =
        CompletableFuture.supplyAsync(() ->
            worker.readAll(
                List.of("hangs", "next"),
                key -> {
                  begun.countDown();
                  sleepUntil(never);
                  return Reading.of(key);
                }));
    begun.await();
    long began = System.nanoTime();
    worker.close();
    Map<String, Reading<String>> read = reads.join();
    assertTrue(System.nanoTime() - began < Duration.ofSeconds(5).toNanos());
    assertEquals(Cause.PENDING, cause(read.get("hangs")));
    assertEquals(Cause.PENDING, cause(read.get("next")));
    assertEquals(Cause.PENDING, cause(worker.readAll(List.of("a"), Reading::of).get("a")));
    never.countDown();
  }

  private static Reading<String> answer(String key, CountDownLatch mend) {
    if (key.equals("dead")) {
      sleepUntil(mend);
    }
    return Reading.of(key);
  }

  /** Sleeps as a thread in the kernel does: no interrupt wakes it. */
  private static void sleepUntil(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      pause(Duration.ofMillis(5));
    }
  }

  private static void pause(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < until) {
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
      Thread.interrupted();
    }
  }

  private static Cause cause(Reading<?> reading) {
    return assertInstanceOf(Missing.class, reading).cause();
  }
}
