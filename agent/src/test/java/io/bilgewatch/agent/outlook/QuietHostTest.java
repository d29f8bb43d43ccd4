package io.bilgewatch.agent.outlook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.alert.Alerts;
import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.history.Histories;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.BackingFilesystem;
import io.bilgewatch.simulation.OrdinaryContainer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Fifty ordinary containers for an hour, through all that the agent thinks about them. */
class QuietHostTest {
  private static final int CONTAINERS = 50;
  private static final int HOUR = 3_600;
  private static final double GB = 1 << 30;

  private final List<OrdinaryContainer> ordinary =
      OrdinaryContainer.several(CONTAINERS, 20_260_101);
  private final List<Simulated> simulated = new ArrayList<>();
  private final Outlooks outlooks =
      new Outlooks(new Histories(Duration.ofMinutes(10), Duration.ofHours(6), 2_000));
  private final Alerts alerts = new Alerts(Configuration.defaults().alerts(), new LabelText(256));
  private List<BackingFilesystem> filesystems = List.of();
  private boolean leaks;

  QuietHostTest() {
    for (int i = 0; i < CONTAINERS; i++) {
      Simulated container = new Simulated(i + 1);
      container.rootReadOnly = false;
      simulated.add(container);
    }
  }

  /** Their start-ups too, and all of it under the default thresholds. */
  @Test
  void raisesNothing() {
    assertEquals(Set.of(), hour());
  }

  /** The same host is not quiet where one of them fills its tmpfs towards its memory limit. */
  @Test
  void isHeardWhereOneLeaks() {
    leaks = true;
    Set<String> heard = hour();
    assertTrue(heard.contains("TmpfsOomImminent c0001"), heard.toString());
    assertEquals(
        Set.of("c0001"),
        Set.copyOf(heard.stream().map(one -> one.split(" ", 2)[1]).toList()),
        heard.toString());
  }

  private Set<String> hour() {
    Set<String> raised = new LinkedHashSet<>();
    for (int second = 0; second < HOUR; second++) {
      HostView view = view(second);
      long nanos = second * 1_000_000_000L;
      view = view.with(outlooks.next(view, nanos));
      for (Alert alert : alerts.next(view, nanos).alerts()) {
        if (alert.isFiring()) {
          raised.add(alert.rule().label() + " " + alert.labels().getOrDefault("container", ""));
        }
      }
    }
    return raised;
  }

  private HostView view(int second) {
    for (int i = 0; i < CONTAINERS; i++) {
      set(simulated.get(i), ordinary.get(i), second, leaks && i == 0 ? 30e3 * second : 0);
    }
    if (second % 10 == 0) {
      double written = ordinary.stream().mapToDouble(one -> one.layer().at(second)).sum();
      filesystems = List.of(Simulated.filesystem("/srv/docker", 100 * GB, 60 * GB - written));
    }
    return Simulated.host(second, filesystems, simulated.toArray(Simulated[]::new));
  }

  private static void set(Simulated made, OrdinaryContainer is, int second, double leaked) {
    made.tmpfs.clear();
    double used = is.tmpfs().at(second) + leaked;
    made.tmpfs("/tmp", is.tmpfsSize() + 2 * leaked, used);
    made.tmpfs("/dev/shm", 64 << 20, 0);
    double headroom = Math.max(0, (leaked > 0 ? 100e6 - leaked : is.headroom().at(second)));
    made.risk =
        Reading.of(new TmpfsRisk(is.tmpfsSize() + leaked - is.tmpfs().at(second), (long) headroom));
    if (second % 60 == 30) {
      made.layer(is.layer().at(second), Simulated.BEGIN.plusSeconds(second));
    }
  }
}
