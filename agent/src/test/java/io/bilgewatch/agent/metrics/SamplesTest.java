package io.bilgewatch.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void ofASeriesThatComesTwiceTheFirstStandsAndTheSecondIsCounted() {
    Samples samples = new Samples(10);
    samples.add(Families.TMPFS_USED, 1, "web", "0123", "/tmp");
    samples.add(Families.TMPFS_USED, 2, "web", "0123", "/tmp");
    assertEquals(1, points(samples));
    assertEquals(Map.of("bilgewatch_tmpfs_used_bytes", 1L), samples.folded());
  }

  @Test
  void whatAContainerChoosesIsBoundedInNumberAndTheRestCounted() {
    Samples samples = new Samples(10);
    for (int i = 0; i < 25; i++) {
      samples.add(Families.LAYER_PATH_BYTES, 1, "web", "0123", "/" + i);
    }
    assertEquals(10, points(samples));
    assertEquals(Map.of("bilgewatch_writable_layer_path_bytes", 15L), samples.folded());
  }

  @Test
  void whatTheOperatorChoosesIsNot() {
    Samples samples = new Samples(10);
    for (int i = 0; i < 25; i++) {
      samples.add(Families.RUNNING, 1, "web" + i, "0123");
    }
    assertEquals(25, points(samples));
    assertEquals(Map.of(), samples.folded());
  }

  private static int points(Samples samples) {
    MetricSnapshots snapshots = samples.snapshots(Families.all());
    return snapshots.stream().mapToInt(snapshot -> snapshot.getDataPoints().size()).sum();
  }
}
