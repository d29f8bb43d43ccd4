package io.bilgewatch.agent.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanlyTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1536, 1.5 KiB",
    "88080384, 84.0 MiB",
    "104805376, 100 MiB",
    "1048575, 1.0 MiB",
    "536870912, 512 MiB",
    "9223372036854775807, 8.0 EiB",
  })
  void sizes(long bytes, String text) {
    assertEquals(text, Humanly.bytes(bytes));
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0s", "PT59.9S, 59s", "PT5M, 5m 0s", "PT25H, 1d 1h", "PT2H3M4S, 2h 3m"})
  void times(Duration time, String text) {
    assertEquals(text, Humanly.duration(time));
  }

  @ParameterizedTest
  @CsvSource({"-90, 1m 30s ago", "0, 0s ago", "5, 0s ago", "-1000000, -"})
  void timesAgo(int seconds, String text) {
    Instant now = Instant.ofEpochSecond(1_000_000);
    assertEquals(text, Humanly.ago(now.plusSeconds(seconds), now));
  }
}
