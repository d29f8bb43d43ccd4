package io.bilgewatch.agent.push;

import java.time.Instant;

/** The time for people, and a clock that nobody sets for how long something is. */
interface PushClock {
  PushClock SYSTEM =
      new PushClock() {
        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public long nanos() {
          return System.nanoTime();
        }
      };

  Instant now();

  long nanos();
}
