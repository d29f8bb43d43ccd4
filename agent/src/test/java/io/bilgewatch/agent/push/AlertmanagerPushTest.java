package io.bilgewatch.agent.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bilgewatch.agent.config.Alertmanager;
import io.bilgewatch.agent.it.Await;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.PushStatus;
import io.bilgewatch.agent.view.PushStatus.State;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The whole push, with its threads and by HTTP. */
class AlertmanagerPushTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration HOUR = Duration.ofHours(1);

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
      assertEquals(State.UP, push.status().getFirst().state());
      // What the server has is counted once its answer is here.
      Await.until(
          "all is counted", SOON, () -> push.status().getFirst().sent() == server.alerts().size());
    }
  }

  @Test
  void deadOnesDoNotHoldUpTheOthers() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (FakeAlertmanager good = new FakeAlertmanager();
        FakeAlertmanager ill = new FakeAlertmanager();
        ServerSocket silent = new ServerSocket(0, 50, loopback)) {
      ill.behave((exchange, _) -> FakeAlertmanager.answer(exchange, 500, "no"));
      URI mute = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      try (AlertmanagerPush push = start(HOUR, mute, ill.url(), good.url())) {
        Await.until("it is waited for", SOON, () -> state(push, 1) == State.DOWN);
        push.offer(List.of(MadeAlerts.firing("web")));
        Duration took = Await.until("told", SOON, () -> good.alertsOf("web").size() == 1);
        assertTrue(took.compareTo(Duration.ofSeconds(1)) < 0, took::toString);
        Await.until("the silent one is down", SOON, () -> state(push, 0) == State.DOWN);
        assertEquals(
            List.of(State.DOWN, State.DOWN, State.UP),
            push.status().stream().map(PushStatus::state).toList());
        assertEquals(Optional.of("no answer within 2000 ms"), push.status().get(0).problem());
        assertEquals(Optional.of("it answers 500 (no)"), push.status().get(1).problem());
        ill.behave((exchange, _) -> FakeAlertmanager.answer(exchange, 200, ""));
        Await.until("it is told once it is well", SOON, () -> state(push, 1) == State.UP);
        Await.until("with the alert", SOON, () -> push.status().get(1).waiting() == 0);
        assertEquals(1, push.status().get(1).sent());
      }
    }
  }

  @Test
  void offeringWaitsForNobody() throws Exception {
    List<Alert> many =
        IntStream.range(0, 100_000).mapToObj(i -> MadeAlerts.firing("c" + i)).toList();
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        AlertmanagerPush push =
            start(HOUR, URI.create("http://127.0.0.1:" + silent.getLocalPort()))) {
      long began = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        push.offer(many.subList(0, 100));
      }
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      assertTrue(took.compareTo(Duration.ofSeconds(1)) < 0, took::toString);
      push.offer(many);
      assertEquals(96_000, push.status().getFirst().dropped());
    }
  }

  /** A request that nobody answers is under way. */
  @Test
  void endsAtOnceAndTellsNothingToBeOver() throws Exception {
    try (FakeAlertmanager server = new FakeAlertmanager();
        ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI mute = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      Set<Thread> before = clientThreads();
      AlertmanagerPush push = start(HOUR, mute, server.url());
      push.offer(List.of(MadeAlerts.firing("web")));
      Await.until("told", SOON, () -> server.alertsOf("web").size() == 1);
      long began = System.nanoTime();
      push.close();
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      assertTrue(took.compareTo(Duration.ofSeconds(1)) < 0, took::toString);
      Thread.sleep(200);
      assertEquals(1, server.alertsOf("web").size());
      // Those of other tests may end meanwhile.
      Set<Thread> left = clientThreads();
      left.removeAll(before);
      assertEquals(Set.of(), left);
    }
  }

  /** Virtual threads have no list; the client's own does. */
  private static Set<Thread> clientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("HttpClient-"))
        .collect(Collectors.toSet());
  }

  @Test
  void saysInTheLogOnceThatItIsDownAndOnceThatItIsWell() throws Exception {
    try (LogLines lines = new LogLines(Delivery.class);
        FakeAlertmanager server = new FakeAlertmanager()) {
      server.behave((exchange, _) -> FakeAlertmanager.answer(exchange, 503, ""));
      try (AlertmanagerPush push = start(HOUR, server.url())) {
        Await.until("tried again", SOON, () -> server.requests().size() >= 3);
        server.behave((exchange, _) -> FakeAlertmanager.answer(exchange, 200, ""));
        Await.until("well", SOON, () -> state(push, 0) == State.UP);
        assertEquals(
            List.of(
                "WARN Alertmanager %s does not take alerts: it answers 503; it is tried again"
                    .formatted(server.url()),
                "INFO Alertmanager %s takes alerts again".formatted(server.url())),
            lines.all());
      }
    }
  }

  private static State state(AlertmanagerPush push, int which) {
    return push.status().get(which).state();
  }

  private static AlertmanagerPush start(Duration resendInterval, URI... urls) throws Exception {
    return AlertmanagerPush.start(
        settings(resendInterval, urls), "host1:10058", Links.toAgent("host1:10058", false));
  }

  static Alertmanager settings(Duration resendInterval, URI... urls) {
    return new Alertmanager(
        List.of(urls),
        Optional.empty(),
        List.of(),
        resendInterval,
        Duration.ZERO,
        Duration.ofSeconds(2),
        Optional.empty(),
        new Alertmanager.Tls(Optional.empty(), Optional.empty()));
  }
}
