package io.bilgewatch.agent.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void doublesUpToHalfAMinuteAndBeginsAnew() {
    RandomGenerator noJitter = () -> 0;
    Backoff backoff = new Backoff(noJitter);
    assertEquals(
        List.of(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L),
        LongStream.range(0, 8).map(_ -> backoff.afterFailure().toSeconds()).boxed().toList());
    backoff.reset();
    assertEquals(Duration.ofSeconds(1), backoff.afterFailure());
  }

  @Test
  void differsByUpToAQuarter() {
    SplittableRandom random = new SplittableRandom(7);
    List<Long> millis =
        LongStream.range(0, 1000)
            .map(_ -> new Backoff(random).afterFailure().toMillis())
            .boxed()
            .toList();
    assertTrue(millis.stream().allMatch(time -> time >= 750 && time <= 1000), millis::toString);
    assertTrue(millis.stream().distinct().count() > 100, millis::toString);
  }
}
