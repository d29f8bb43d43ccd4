package io.bilgewatch.agent.top;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.view.HostView;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1B",
    "999, 999B",
    "1000, 1.0K",
    "1536, 1.5K",
    "10189, 10K",
    "1047527552, 999M",
    "1048051712, 1.0G",
    "1.2e12, 1.1T",
    "Infinity, inf",
  })
  void sizes(double bytes, String text) {
    assertEquals(text, Figures.size(bytes));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.1, 0", "1, +3.5K/h", "1023, +3.5M/h", "2048, +2.0K/s", "-2048, -2.0K/s"})
  void rates(double rate, String text) {
    assertEquals(text, Figures.rate(rate));
  }

  @Test
  void noneIsWiderThanItsColumn() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      double any = Math.exp(random.nextDouble() * 44 - 2);
      assertTrue(Figures.size(any).length() <= 4, Figures.size(any));
      assertTrue(Figures.rate(-any).length() <= 7, Figures.rate(-any));
      assertTrue(Figures.percent(any).length() <= 4, Figures.percent(any));
      assertTrue(Figures.risk(any).length() <= 4, Figures.risk(any));
      assertTrue(Figures.soon(any).length() <= 3, Figures.soon(any));
    }
  }

  @Test
  void barsAreAsWideAsTheyAreToBe() {
    for (boolean unicode : new boolean[] {true, false}) {
      Look look = new Look(unicode, true, true);
      for (double load = -0.5; load < 1.5; load += 0.001) {
        assertEquals(12, look.bar(load, 12).length());
      }
      assertEquals(12, look.bar(Double.NaN, 12).length());
    }
    assertEquals("[|||||     ]", new Look(false, true, true).bar(0.5, 12));
    assertEquals("[█████     ]", new Look(true, true, true).bar(0.5, 12));
    assertEquals("[▏         ]", new Look(true, true, true).bar(0.0125, 12));
  }

  @Test
  void theTerminalSaysWhatItCanShow() {
    assertEquals(new Look(true, true, true), look("TERM", "xterm", "LANG", "de_DE.UTF-8"));
    assertEquals(new Look(false, true, true), look("TERM", "xterm", "LANG", "C"));
    assertEquals(
        new Look(false, true, true),
        look("TERM", "xterm", "BILGEWATCH_TERMINAL_LOCALE", "C", "LC_ALL", "C.UTF-8"));
    assertEquals(
        new Look(true, false, true), look("TERM", "xterm", "LC_ALL", "C.utf8", "NO_COLOR", "1"));
    assertEquals(new Look(false, false, false), look("TERM", "dumb"));
    assertEquals(new Look(false, false, false), look("LANG", ""));
  }

  private static Look look(String... pairs) {
    Map<String, String> all = new java.util.HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      all.put(pairs[i], pairs[i + 1]);
    }
    return Look.of(all);
  }

  @Test
  void growthIsOfTheLastMinute() {
    Rates rates = new Rates();
    for (int second = 0; second <= 200; second += 5) {
      rates.take(at(second, Math.min(second, 100) * Fleet.MIB));
      if (second == 0) {
        assertTrue(rates.of(Fleet.id(0)).layer().isEmpty());
      } else if (second <= 100) {
        assertEquals(Fleet.MIB, rates.of(Fleet.id(0)).layer().getAsDouble(), 1);
      }
    }
    assertEquals(0, rates.of(Fleet.id(0)).layer().getAsDouble());
    rates.take(new Fleet().view());
    assertTrue(rates.of(Fleet.id(0)).layer().isEmpty(), "it is gone");
  }

  private static HostView at(int second, long bytes) {
    return new Fleet().add("a", bytes, 0, "/x", Fleet.NOW.plusSeconds(second)).view();
  }
}
