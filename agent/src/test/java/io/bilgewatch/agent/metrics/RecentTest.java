package io.bilgewatch.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class RecentTest {
  private final List<String> made = new ArrayList<>();
  private final Recent<String, String> recent = new Recent<>();

  @Test
  void whatEveryRoundAsksForIsMadeOnce() {
    for (int round = 0; round < 3; round++) {
      assertEquals("A", ask("a"));
      assertEquals("A", ask("a"));
      recent.turn();
    }
    assertEquals(List.of("a"), made);
  }

  @Test
  void whatARoundDidNotAskForIsForgotten() {
    ask("a");
    ask("b");
    recent.turn();
    ask("b");
    recent.turn();
    assertEquals(1, recent.size());
    ask("a");
    assertEquals(List.of("a", "b", "a"), made);
  }

  @Test
  void manyThatAreGoneLeaveWhatIsStillThere() {
    for (int i = 0; i < 1_000; i++) {
      ask("k" + i);
    }
    recent.turn();
    ask("k5");
    recent.turn();
    assertEquals(1, recent.size());
    assertEquals("K5", ask("k5"));
    assertEquals(1_000, made.size());
  }

  private String ask(String key) {
    return recent.get(
        key,
        k -> {
          made.add(k);
          return k.toUpperCase(Locale.ROOT);
        });
  }
}
