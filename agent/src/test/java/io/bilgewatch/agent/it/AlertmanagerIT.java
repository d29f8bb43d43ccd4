package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.bilgewatch.agent.config.Alertmanager;
import io.bilgewatch.agent.config.Alertmanager.BasicAuth;
import io.bilgewatch.agent.config.Alertmanager.Tls;
import io.bilgewatch.agent.config.ExternalLabel;
import io.bilgewatch.agent.push.AlertmanagerPush;
import io.bilgewatch.agent.push.Certificates;
import io.bilgewatch.agent.push.Links;
import io.bilgewatch.agent.push.MadeAlerts;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.PushStatus;
import io.bilgewatch.agent.view.PushStatus.State;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alertmanager itself takes what is pushed, and tells a person of it. */
class AlertmanagerIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String INSTANCE = "host1:10058";

  private static final Tls JAVAS = new Tls(Optional.empty(), Optional.empty());

  @TempDir private Path directory;

  private final Webhook person = new Webhook();
  private volatile List<Alert> alerts = List.of();

  @AfterEach
  void end() {
    person.close();
  }

  @Test
  void anAlertIsOneNotificationHoweverOftenItIsSentAndOneWhenItIsOver() throws Exception {
    try (RealAlertmanager alertmanager = start();
        AlertmanagerPush push = push(alertmanager.url())) {
      Await.until("it is there before any alert", SOON, () -> isUp(push));
      alerts = List.of(firing("web"));
      offerUntil(push, "told", () -> person.told().equals(List.of("web firing")));
      JsonNode told = person.alerts().getFirst();
      assertEquals("TmpfsAlmostFull", told.at("/labels/alertname").asText());
      assertEquals("east", told.at("/labels/datacenter").asText());
      assertEquals("http://host1:10058/", told.get("generatorURL").asText());
      assertEquals(
          "http://host1:10058/runbooks/TmpfsAlmostFull",
          told.at("/annotations/runbook_url").asText());
      offerUntil(push, "sent again and again", () -> status(push).sent() >= 6);
      assertEquals(List.of("web firing"), person.told());
      alerts = List.of(MadeAlerts.resolved(alerts.getFirst(), Instant.now()));
      offerUntil(push, "over", () -> person.told().size() > 1);
      long sent = status(push).sent();
      offerUntil(push, "sent again and again", () -> status(push).sent() >= sent + 3);
      assertEquals(List.of("web firing", "web resolved"), person.told());
    }
  }

  /** It was stopped in good order and remembers whom it told of what. */
  @Test
  void anAlertmanagerThatWasDownTellsOnlyWhatIsNew() throws Exception {
    try (RealAlertmanager alertmanager = start();
        AlertmanagerPush push = push(alertmanager.url())) {
      outage(push, alertmanager, alertmanager::stop);
      offerUntil(push, "told", () -> person.told().size() >= 101);
      offerFor(push, Duration.ofSeconds(4));
      List<String> expected = numbered("began", 100, "firing");
      expected.add("ends resolved");
      assertEquals(sorted(expected), sorted(person.told()));
    }
  }

  /** It was killed and has forgotten whom it told of what: it tells once more what holds. */
  @Test
  void anAlertmanagerThatWasKilledTellsOfEachAlertThatHoldsOnce() throws Exception {
    try (RealAlertmanager alertmanager = start();
        AlertmanagerPush push = push(alertmanager.url())) {
      outage(push, alertmanager, alertmanager::kill);
      offerUntil(push, "told", () -> person.told().size() >= 200);
      offerFor(push, Duration.ofSeconds(4));
      List<String> expected = numbered("holds", 100, "firing");
      expected.addAll(numbered("began", 100, "firing"));
      assertEquals(sorted(expected), sorted(person.told()));
    }
  }

  /**
   * A hundred alerts hold all along and a hundred begin meanwhile; one is over meanwhile, and one
   * comes and goes.
   */
  private void outage(AlertmanagerPush push, RealAlertmanager alertmanager, Runnable end) {
    List<Alert> holding = firing("holds", 100);
    Alert ends = firing("ends");
    alerts = together(holding, List.of(ends));
    offerUntil(push, "told", () -> person.told().size() == 101);
    end.run();
    offerUntil(push, "down", () -> !isUp(push));
    person.forget();
    List<Alert> began = firing("began", 100);
    Alert passes = firing("passes");
    alerts = together(together(holding, began), List.of(ends, passes));
    offerFor(push, Duration.ofSeconds(2));
    Instant over = Instant.now();
    List<Alert> ended = List.of(MadeAlerts.resolved(ends, over), MadeAlerts.resolved(passes, over));
    alerts = together(together(holding, began), ended);
    offerFor(push, Duration.ofSeconds(1));
    assertEquals(List.of(), person.told());
    alertmanager.start();
    offerUntil(push, "up again", () -> isUp(push));
  }

  /** It was away between two requests. */
  @Test
  void aRestartThatNobodyNoticesIsHealedByTheNextResend() throws Exception {
    try (RealAlertmanager alertmanager = start();
        AlertmanagerPush push =
            AlertmanagerPush.start(
                settings(Optional.empty(), JAVAS, Duration.ofSeconds(6), alertmanager.url()),
                INSTANCE,
                Links.toAgent(INSTANCE, false))) {
      alerts = List.of(firing("web"));
      offerUntil(push, "told", () -> person.told().equals(List.of("web firing")));
      alertmanager.kill();
      alertmanager.start();
      offerUntil(push, "told again", () -> person.told().size() == 2);
      offerFor(push, Duration.ofSeconds(1));
      assertEquals(List.of("web firing", "web firing"), person.told());
      assertEquals(0, status(push).errors(), "it was noticed");
    }
  }

  /** What Prometheus sends of the same rule has other annotations, times and another source. */
  @Test
  void whatPrometheusSendsOfTheSameAlertWakesNobodyTwice() throws Exception {
    try (RealAlertmanager alertmanager = start();
        AlertmanagerPush push = push(alertmanager.url())) {
      alerts = List.of(firing("web"));
      offerUntil(push, "told", () -> person.told().equals(List.of("web firing")));
      Instant now = Instant.now();
      for (int i = 0; i < 3; i++) {
        assertEquals(200, post(alertmanager.url(), asPrometheus("web", now, now.plusSeconds(60))));
        offerFor(push, Duration.ofSeconds(1));
      }
      assertEquals(List.of("web firing"), person.told());
      assertEquals(200, post(alertmanager.url(), asPrometheus("other", now, now.plusSeconds(60))));
      offerUntil(push, "another is told", () -> person.told().contains("other firing"));
    }
  }

  private static String asPrometheus(String container, Instant startsAt, Instant endsAt) {
    return """
    [{"labels": {"alertname": "TmpfsAlmostFull", "severity": "warning", "instance": "host1:10058",
        "container": "%s", "container_id": "0123456789ab", "path": "/tmp", "datacenter": "east"},
      "annotations": {"summary": "in other words"},
      "startsAt": "%s", "endsAt": "%s", "generatorURL": "http://prometheus:9090/graph"}]
    """
        .formatted(container, startsAt, endsAt);
  }

  private static int post(URI alertmanager, String json) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(alertmanager.resolve("/api/v2/alerts"))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(json))
                  .build(),
              BodyHandlers.ofString());
      return answer.statusCode();
    }
  }

  @Test
  void oneOfTwoThatIsDeadHoldsUpNothing() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        RealAlertmanager alertmanager = start();
        AlertmanagerPush push =
            push(URI.create("http://127.0.0.1:" + mute.getLocalPort()), alertmanager.url())) {
      alerts = List.of(firing("web"));
      offerUntil(push, "told", () -> person.told().equals(List.of("web firing")));
      offerUntil(push, "given up", () -> status(push).state() == State.DOWN);
      assertEquals(State.UP, push.status().get(1).state());
    }
  }

  /** Alertmanager takes any text that is UTF-8. */
  @Test
  void valuesThatAContainerChoseArriveAsTheyAre() throws Exception {
    String hostile = "a\"}],[{\\ \n\t\u0001 </script> \u202e ü 🚰";
    try (RealAlertmanager alertmanager = start();
        AlertmanagerPush push = push(alertmanager.url())) {
      alerts = List.of(firing(hostile), firing("half \ud83d of one"), firing("web"));
      offerUntil(push, "told", () -> person.told().size() >= 3);
      assertEquals(
          sorted(List.of(hostile + " firing", "half \\uD83D of one firing", "web firing")),
          sorted(person.told()));
      assertEquals(0, status(push).dropped());
    }
  }

  /** With a path before the API, TLS and basic authentication, as exporter-toolkit does them. */
  @Test
  void behindTlsAPasswordAndAPath() throws Exception {
    Certificates.authority(directory, "ca");
    Certificates.signed(directory, "ca", "server", "IP:127.0.0.1");
    Path password = Files.writeString(directory.resolve("password"), "wrong\n");
    // The hash is bcrypt's of "open sesame".
    Path web =
        Files.writeString(
            directory.resolve("web.yml"),
            """
            tls_server_config: {cert_file: server.pem, key_file: server.key}
            basic_auth_users:
              bilge: $2b$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW
            """);
    try (RealAlertmanager alertmanager =
            RealAlertmanager.start(
                directory.resolve("alertmanager"),
                person.url(),
                "--web.config.file=" + web,
                "--web.route-prefix=/am");
        AlertmanagerPush push =
            AlertmanagerPush.start(
                settings(
                    Optional.of(new BasicAuth("bilge", password)),
                    new Tls(Optional.of(directory.resolve("ca.pem")), Optional.empty()),
                    Duration.ofSeconds(1),
                    URI.create("https://127.0.0.1:" + alertmanager.url().getPort() + "/am")),
                INSTANCE,
                Links.toAgent(INSTANCE, false))) {
      alerts = List.of(firing("web"));
      offerUntil(
          push, "refused", () -> status(push).problem().orElse("").startsWith("it answers 401"));
      Files.writeString(password, "open sesame\n");
      offerUntil(push, "told", () -> person.told().equals(List.of("web firing")));
    }
  }

  private RealAlertmanager start() {
    return RealAlertmanager.start(directory.resolve("alertmanager"), person.url());
  }

  private static AlertmanagerPush push(URI... urls) throws Exception {
    return AlertmanagerPush.start(
        settings(Optional.empty(), JAVAS, Duration.ofSeconds(1), urls),
        INSTANCE,
        Links.toAgent(INSTANCE, false));
  }

  private static Alertmanager settings(
      Optional<BasicAuth> auth, Tls tls, Duration resendInterval, URI... urls) {
    return new Alertmanager(
        List.of(urls),
        Optional.empty(),
        List.of(new ExternalLabel("datacenter", "east")),
        resendInterval,
        Duration.ZERO,
        Duration.ofSeconds(5),
        auth,
        tls);
  }

  private static boolean isUp(AlertmanagerPush push) {
    return status(push).state() == State.UP;
  }

  private static PushStatus status(AlertmanagerPush push) {
    return push.status().getFirst();
  }

  /** As the agent does it each second. */
  private void offerUntil(AlertmanagerPush push, String what, BooleanSupplier condition) {
    Await.until(
        what,
        SOON,
        () -> {
          push.offer(alerts);
          return condition.getAsBoolean();
        });
  }

  private void offerFor(AlertmanagerPush push, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    offerUntil(push, "the time is over", () -> System.nanoTime() - end > 0);
  }

  private static Alert firing(String container) {
    return MadeAlerts.firing(AlertRule.TMPFS_ALMOST_FULL, container, Instant.now());
  }

  private static List<Alert> firing(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> firing(prefix + i)).toList();
  }

  private static List<String> numbered(String prefix, int count, String state) {
    return new ArrayList<>(
        IntStream.range(0, count).mapToObj(i -> prefix + i + " " + state).toList());
  }

  private static List<Alert> together(List<Alert> some, List<Alert> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  private static List<String> sorted(List<String> texts) {
    return texts.stream().sorted().toList();
  }
}
