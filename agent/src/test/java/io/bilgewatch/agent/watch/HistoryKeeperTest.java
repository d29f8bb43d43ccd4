package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.history.Histories;
import io.bilgewatch.agent.history.SeriesKey;
import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.view.CollectorStatus.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryKeeperTest {
  private static final SeriesKey LAYER = SeriesKey.layer("c0ffee");

  @TempDir private Path directory;

  private static Histories histories() {
    return new Histories(Duration.ofMinutes(10), Duration.ofHours(6), 100);
  }

  private HistoryKeeper keeper(Histories histories, Path place) {
    return new HistoryKeeper(histories, place, InstantSource.system());
  }

  @Test
  void whatGrewGoesOnGrowingAfterARestart() {
    Histories before = histories();
    HistoryKeeper first = keeper(before, directory);
    first.start();
    long now = System.nanoTime();
    for (int i = 30; i >= 0; i--) {
      before.add(LAYER, now - i * 15_000_000_000L, ((100 - i) * 30L) << 20);
    }
    first.close();
    assertEquals(Outcome.COLLECTED, first.status().outcome());

    Histories after = histories();
    HistoryKeeper second = keeper(after, directory);
    second.start();
    Growth growth = after.growth(LAYER, System.nanoTime()).optional().orElseThrow();
    assertTrue(growth.isGrowing(), growth.toString());
    assertEquals(2 << 20, growth.bytesPerSecond(), 1 << 17);
    second.close();
  }

  @Test
  void aFileThatIsNotUnderstoodIsSetAsideAndTheAgentBegins() throws Exception {
    Files.writeString(directory.resolve("histories.json.gz"), "not gzip at all");
    Histories histories = histories();
    HistoryKeeper keeper = keeper(histories, directory);
    keeper.start();
    assertEquals(0, histories.size());
    keeper.close();
    assertEquals(Outcome.COLLECTED, keeper.status().outcome());
    try (var files = Files.list(directory)) {
      assertEquals(
          2, files.filter(file -> file.getFileName().toString().contains("histories")).count());
    }
  }

  @Test
  void aPlaceThatIsNotThereIsToldAndStopsNothing() {
    HistoryKeeper keeper = keeper(histories(), directory.resolve("absent"));
    keeper.start();
    keeper.close();
    assertEquals(Outcome.FAILED, keeper.status().outcome());
    assertTrue(keeper.status().detail().contains("absent"), keeper.status().detail());
  }
}
