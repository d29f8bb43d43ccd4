package io.bilgewatch.agent.alert;

import io.bilgewatch.agent.text.Humanly;
import java.time.Duration;

/** Figures as an annotation says them. */
final class Words {
  private Words() {}

  static String rate(double bytesPerSecond) {
    return Humanly.bytes(Math.round(bytesPerSecond)) + "/s";
  }

  static String bytes(long bytes) {
    return Humanly.bytes(bytes);
  }

  static String bytes(double bytes) {
    return Humanly.bytes(Math.round(bytes));
  }

  static String in(double seconds) {
    return Humanly.duration(Duration.ofSeconds(Math.round(seconds)));
  }

  static String percent(double ratio) {
    return "%.0f %%".formatted(100 * ratio);
  }
}
