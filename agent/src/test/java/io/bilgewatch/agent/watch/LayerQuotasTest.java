package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.overlay.LayerUsage.Quota;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LayerQuotasTest {
  private static final Reading<Quota> NONE = Reading.notApplicable("in no project");
  private static final Reading<Quota> SET = Reading.of(new Quota(9, OptionalLong.of(1)));

  private final Map<String, Reading<Quota>> kernel = new HashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final CollectorRun<KernelPath, Quota> collector =
      new CollectorRun<>(
          new Collector<>("quotas", this::ask), Duration.ofSeconds(5), InstantSource.system());
  private final LayerQuotas quotas = new LayerQuotas(collector);

  private Reading<Quota> ask(KernelPath layer) {
    asked.add(layer.toString());
    return kernel.get(layer.toString());
  }

  @AfterEach
  void close() {
    collector.close();
  }

  private List<String> askedBy(String... layers) {
    Map<String, KernelPath> all = new HashMap<>();
    for (String layer : layers) {
      all.put("id of " + layer, KernelPath.of(layer));
    }
    asked.clear();
    quotas.read(all);
    assertEquals(all.keySet(), quotas.readings().keySet());
    return asked.stream().sorted().toList();
  }

  @Test
  void asksThoseWithoutOneAtFirstAndThenEverySixthTime() {
    kernel.put("/a", NONE);
    kernel.put("/b", SET);
    assertEquals(List.of("/a", "/b"), askedBy("/a", "/b"));
    for (int i = 1; i < LayerQuotas.EVERY; i++) {
      assertEquals(List.of("/b"), askedBy("/a", "/b"));
      assertEquals(NONE, quotas.readings().get("id of /a"));
      assertEquals(SET, quotas.readings().get("id of /b"));
    }
    kernel.put("/a", SET);
    assertEquals(List.of("/a", "/b"), askedBy("/a", "/b"));
    assertEquals(SET, quotas.readings().get("id of /a"));
    assertEquals(List.of("/a", "/b"), askedBy("/a", "/b"));
  }

  @Test
  void asksOneThatIsNewAndOneThatCouldNotBeRead() {
    kernel.put("/a", NONE);
    kernel.put("/b", Reading.missing(Cause.NOT_PERMITTED, "no"));
    kernel.put("/c", NONE);
    assertEquals(List.of("/a", "/b"), askedBy("/a", "/b"));
    assertEquals(List.of("/b", "/c"), askedBy("/a", "/b", "/c"));
    assertEquals(List.of("/b"), askedBy("/b", "/c"));
  }
}
