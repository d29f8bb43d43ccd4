package io.bilgewatch.agent.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bilgewatch.agent.config.Alertmanager;
import io.bilgewatch.agent.it.Await;
import io.bilgewatch.agent.view.PushStatus;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The whole push, with its threads and by HTTP. */
class AlertmanagerPushTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @Test
  void tellsOfAnAlertAtOnceAgainAndWhenItIsOver() throws Exception {
    try (FakeAlertmanager server = new FakeAlertmanager();
        AlertmanagerPush push = start(Duration.ofSeconds(1), server.url())) {
      push.offer(List.of(MadeAlerts.pending("later"), MadeAlerts.firing("web")));
      Await.until("told again", SOON, () -> server.alertsOf("web").size() >= 3);
      Instant over = Instant.now();
      push.offer(List.of(MadeAlerts.resolved(MadeAlerts.firing("web"), over)));
      Await.until(
          "told that it is over",
          SOON,
          () -> FakeAlertmanager.isOver(server.alertsOf("web").getLast(), Instant.now()));
      JsonNode last = server.alertsOf("web").getLast();
      assertEquals(over.toString(), last.get("endsAt").asText());
      assertEquals(List.of(), server.alertsOf("later"), "it only pends");
      assertTrue(
          server.requests().stream().allMatch(posted -> posted.path().equals("/api/v2/alerts")));
      PushStatus status = push.status().getFirst();
      assertEquals(PushStatus.State.UP, status.state());
      assertEquals(server.alerts().size(), status.sent());
    }
  }

  private static AlertmanagerPush start(Duration resendInterval, URI... urls) throws Exception {
    return AlertmanagerPush.start(
        settings(resendInterval, urls), "host1:10058", Links.toAgent("host1:10058"));
  }

  static Alertmanager settings(Duration resendInterval, URI... urls) {
    return new Alertmanager(
        List.of(urls),
        Optional.empty(),
        List.of(),
        resendInterval,
        Duration.ofSeconds(2),
        Optional.empty(),
        new Alertmanager.Tls(Optional.empty(), Optional.empty()));
  }
}
