package io.bilgewatch.agent.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.Alert;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionTest {

  @Test
  void pendingAlertsAreNobodysBusiness() {
    Alert firing = MadeAlerts.firing("a");
    assertEquals(
        Map.of(Identity.of(firing), firing),
        new Admission(10).admit(List.of(MadeAlerts.pending("b"), firing)));
  }

  @Test
  void whatFiresAgainIsNotOver() {
    Alert firing = MadeAlerts.firing("a");
    Alert over = MadeAlerts.resolved(firing, MadeAlerts.BEGAN.plusSeconds(9));
    assertEquals(
        Map.of(Identity.of(firing), firing), new Admission(10).admit(List.of(firing, over)));
    assertEquals(
        Map.of(Identity.of(firing), firing), new Admission(10).admit(List.of(over, firing)));
  }

  @Test
  void theCriticalOnesAndThenTheOldestComeFirst() {
    List<Alert> alerts = new ArrayList<>();
    IntStream.range(0, 10)
        .mapToObj(i ->
            MadeAlerts.firing(
                AlertRule.TMPFS_ALMOST_FULL, "w" + i, MadeAlerts.BEGAN.minusSeconds(i)))
        .forEach(alerts::add);
    alerts.add(
        MadeAlerts.firing(AlertRule.TMPFS_OOM_IMMINENT, "c", MadeAlerts.BEGAN.plusSeconds(9)));
    Admission admission = new Admission(3);
    assertEquals(
        List.of("c", "w9", "w8"),
        admission.admit(alerts).keySet().stream()
            .map(identity -> identity.labels().get("container"))
            .toList());
    assertEquals(8, admission.dropped());
    admission.admit(alerts);
    assertEquals(8, admission.dropped(), "they are still the same");
    admission.admit(alerts.subList(0, 3));
    admission.admit(alerts);
    assertEquals(16, admission.dropped(), "they were left out once more");
  }

  @Test
  void aHundredThousandAtOnceAreFewInEnd() {
    Admission admission = new Admission(4_000);
    List<Alert> alerts =
        IntStream.range(0, 100_000).mapToObj(i -> MadeAlerts.firing("c" + i)).toList();
    assertEquals(4_000, admission.admit(alerts).size());
    assertEquals(96_000, admission.dropped());
    List<Alert> over = alerts.stream().map(a -> MadeAlerts.resolved(a, MadeAlerts.BEGAN)).toList();
    assertTrue(admission.admit(over).size() <= 4_000);
  }
}
