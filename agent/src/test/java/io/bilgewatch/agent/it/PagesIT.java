package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.agent.it.Webhook.Told;
import io.bilgewatch.engine.PrivateEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a container that fills something to the person who is woken, with nothing made up between
 * them: the program as it is shipped, a real Prometheus with the packaged rules that scrapes it
 * each 15 s, and a real Alertmanager with the packaged routes that both of them tell.
 *
 * <p>A tmpfs grows 2 MiB each second towards its container's memory limit, and a layer as fast
 * towards the end of its disk, at once. It waits most of its time, and others run beside it.
 */
class PagesIT {
  private static final String OOM = "TmpfsOomImminent";
  private static final String FULL = "DockerFilesystemAlmostFull";

  /** The lesser one of the same disk, which is kept back. */
  private static final String FILLING = "DockerFilesystemFilling";

  private static final Duration LEAD = Duration.ofSeconds(15);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Only says whether an engine can run here: other tests run meanwhile on that one. */
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  @TempDir private Path directory;

  private static String fill(String path) {
    return "i=0; while dd if=/dev/zero of="
        + path
        + "/$i bs=1M count=2 2>/dev/null; do i=$((i+1)); sleep 1; done; sleep 1000";
  }

  @Test
  void thePageComesBeforeTheKillAndBeforeTheDiskIsFullAndOnce() throws Exception {
    try (Webhook people = new Webhook();
        SmallDisk disk = SmallDisk.make(300);
        RealAlertmanager alertmanager =
            RealAlertmanager.with(routes(people), directory.resolve("alertmanager"));
        AgentProcess agent = agent(alertmanager, disk);
        RealPrometheus prometheus = RealPrometheus.with(scraping(agent, alertmanager), directory)) {
      disk.run("filler", List.of("--memory=128m", "--tmpfs=/cache:size=256m"), fill("/cache"));
      disk.run("writer", fill("/var"));

      Told page = await(people, OOM, 90);
      Instant prometheusToo = when("Prometheus says so too", 60, () -> isFiring(prometheus, OOM));
      Instant killed = when("the kernel killed it", 120, () -> kill(agent).isPresent());
      killed = kill(agent).orElse(killed);
      say("OOM kill", "paged %s before it", Duration.between(page.at(), killed));
      say("OOM kill", "Prometheus knew %s before it", Duration.between(prometheusToo, killed));
      assertEquals("pager", page.receiver());
      assertEquals("filler", page.label("container"));
      assertTrue(
          page.alert().at("/annotations/summary").asText().startsWith("filler: /cache grows"),
          page.alert().toString());
      assertTrue(Duration.between(page.at(), killed).compareTo(LEAD) >= 0, "no time is left");
      assertTrue(prometheusToo.isBefore(killed), "the rules alone would have come too late");
      disk.docker("rm", "--force", "filler");

      Told other = await(people, FULL, 150);
      Instant full = when("the disk is full", 200, () -> disk.availableBytes() < 2 << 20);
      say("disk", "paged %s before it was full", Duration.between(other.at(), full));
      assertEquals("pager", other.receiver());
      // The engine mounts its data root once more by itself.
      assertTrue(
          other.label("mountpoint").startsWith(disk.mountPoint().toString()),
          other.alert().toString());
      assertTrue(Duration.between(other.at(), full).compareTo(LEAD) >= 0, "no time is left");
      assertTrue(
          other.alert().at("/annotations/description").asText().contains("writer"),
          other.alert().toString());
      when("Prometheus says so too", 60, () -> isFiring(prometheus, FULL));
      disk.docker("rm", "--force", "writer");

      when("both are over", 240, () -> isOver(people, OOM) && isOver(people, FULL));
      assertEquals(List.of("firing", "resolved"), statuses(people, OOM));
      assertEquals(List.of("firing", "resolved"), statuses(people, FULL));
      // That it is over stands in a later message about the same host.
      assertFalse(statuses(people, FILLING).contains("firing"), "the lesser one is kept back");
      assertEquals(0, scrapeErrors(agent), "every push was taken");
    }
  }

  /** The packaged ones; only what people would wait for minutes for is a minute. */
  private static String routes(Webhook people) throws IOException {
    return packaged("alertmanager/alertmanager.yml")
        .replace("http://127.0.0.1:9094/", people.url().toString())
        .replace("group_interval: 5m", "group_interval: 1m");
  }

  private static String packaged(String file) throws IOException {
    return Files.readString(Path.of(System.getProperty("bilgewatch.root"), "packaging", file));
  }

  private AgentProcess agent(RealAlertmanager alertmanager, SmallDisk disk) throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("bilgewatch.yml"),
            """
            docker.data-roots: [%s]
            alertmanager.urls: ["%s"]
            """
                .formatted(disk.dataRoot(), alertmanager.url()));
    return AgentProcess.serve("--config.file=" + config);
  }

  /** The instance is the host's name with the port, as the agent calls itself. */
  private static String scraping(AgentProcess agent, RealAlertmanager alertmanager)
      throws IOException {
    int port = agent.uri("/").getPort();
    String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    return """
    global: {scrape_interval: 15s, evaluation_interval: 15s}
    rule_files: ["%s"]
    alerting:
      alertmanagers:
        - static_configs: [{targets: ["127.0.0.1:%d"]}]
    scrape_configs:
      - job_name: bilgewatch
        static_configs: [{targets: ["127.0.0.1:%d"], labels: {instance: "%s:%d"}}]
    """
        .formatted(
            Path.of(System.getProperty("bilgewatch.root"))
                .resolve("packaging/prometheus/bilgewatch-alerts.yml")
                .toAbsolutePath(),
            alertmanager.url().getPort(),
            port,
            host,
            port);
  }

  private static Told await(Webhook people, String alert, int seconds) {
    when(alert + " is told", seconds, () -> !people.told(alert).isEmpty());
    return people.told(alert).getFirst();
  }

  private static Instant when(String what, int seconds, BooleanSupplier is) {
    Await.until(what, Duration.ofSeconds(seconds), is);
    return Instant.now();
  }

  private static boolean isFiring(RealPrometheus prometheus, String alert) {
    return !prometheus
        .values("ALERTS{alertname=\"%s\",alertstate=\"firing\"}".formatted(alert))
        .isEmpty();
  }

  private static Optional<Instant> kill(AgentProcess agent) {
    try (var in = agent.uri("/api/v1/events?container=filler&kind=oom_kill").toURL().openStream()) {
      JsonNode first = JSON.readTree(in).at("/events").findPath("first");
      return first.isMissingNode() ? Optional.empty() : Optional.of(Instant.parse(first.asText()));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static boolean isOver(Webhook people, String alert) {
    return statuses(people, alert).contains("resolved");
  }

  private static List<String> statuses(Webhook people, String alert) {
    return people.told(alert).stream().map(Told::status).toList();
  }

  private static double scrapeErrors(AgentProcess agent) {
    return Sample.all(agent.scrape(), "bilgewatch_alertmanager_errors_total")
        .mapToDouble(Sample::value)
        .sum();
  }

  private static void say(String what, String form, Duration time) {
    System.out.println(what + ": " + form.formatted("%.1f s".formatted(time.toMillis() / 1e3)));
  }
}
