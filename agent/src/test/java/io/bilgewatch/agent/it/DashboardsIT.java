package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bilgewatch.agent.packaging.Dashboard;
import io.bilgewatch.agent.packaging.KnownMetrics;
import io.bilgewatch.agent.packaging.Runbook;
import io.bilgewatch.engine.PrivateEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every query of every dashboard has an answer on a host where everything has happened that they
 * ask for; every query and address of the runbooks is understood.
 */
class DashboardsIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  /** The one that has everything: the dashboard of a container is asked for it. */
  private static final String EVENTFUL = "eventful";

  /**
   * Ends once, to be started again; then fails to write, and goes on writing to its layer, its log
   * and its tmpfs, this for a minute, which is short of what its memory allows.
   */
  private static final String LIFE =
      """
      if [ ! -e /began ]; then touch /began; sleep 4; exit 1; fi
      cp /bin/busybox /usr/share/tool; rm /usr/share/words/1; echo more >> /usr/share/words/2
      touch /sys/refused
      left=240
      while :; do
        head -c 300000 /dev/zero >> /var/log/app.log
        [ $left = 0 ] || { head -c 450000 /dev/zero >> /cache/kept; left=$((left - 1)); }
        echo written; sleep 0.2
      done
      """;

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration STEP = Duration.ofSeconds(2);
  private static final Pattern ADDRESS = Pattern.compile("localhost:10058(/[^\\s'\"`]*)");

  @TempDir static Path directory;
  private static TestAgent agent;
  private static RealPrometheus prometheus;
  private static Instant began;

  @BeforeAll
  static void letEverythingHappen() throws IOException {
    agent = TestAgent.watching(ENGINE.dataRoot());
    agent.scrapeWhen(
        "both logs are read",
        scrape ->
            scrape.text().split("bilgewatch_kernel_log_up\\{source=\"\\w+\"} 1", -1).length == 3);
    prometheus = RealPrometheus.scraping(agent.uri("/").getPort(), directory);
    began = Instant.now();
    runEventful();
    ENGINE.run("sealed", List.of("--read-only", "--tmpfs=/tmp:size=1m"), "touch", "/etc/here");
    awaitSample("it was started again", "bilgewatch_container_restarts_total", "== 1");
    ENGINE.tryDocker("exec", EVENTFUL, "mkdir", "/denied");
    ENGINE.tryDocker("exec", EVENTFUL, "sh", "-c", "tail -c 200m /dev/zero >/dev/null");
    awaitSample("its kill", "bilgewatch_oom_kills_total", "> 0");
    awaitSample("its denial", "bilgewatch_lsm_denials_total", "> 0");
    awaitSample("its failed write", "bilgewatch_write_failures_total", "> 0");
    awaitSample("its executable", "bilgewatch_writable_layer_executables", "> 0");
    awaitSample("its layer grows", "bilgewatch_writable_layer_growth_bytes_per_second", "> 0");
    awaitSample("its tmpfs grows", "bilgewatch_tmpfs_growth_bytes_per_second", "> 0");
    awaitSample("its alerts", "bilgewatch_alert_firing", "> 0");
    queries().filter(DashboardsIT::foretells).forEach(DashboardsIT::awaitForecast);
  }

  /** Of a tmpfs; no file system here fills fast enough to be full soon. */
  private static boolean foretells(Dashboard.Query query) {
    return query.expression().contains("1e10") && query.expression().contains("bilgewatch_tmpfs_");
  }

  /** Not what stands in the query for "none": behind it a wrong name would hide. */
  private static void awaitForecast(Dashboard.Query query) {
    String expression = "(" + filledIn(query.expression()) + ") < 1e9";
    Await.until(query.toString(), SOON, () -> !prometheus.values(expression).isEmpty());
  }

  private static void runEventful() throws IOException {
    String mkdir = System.getProperty("os.arch").equals("amd64") ? "mkdir" : "mkdirat";
    Path profile =
        Files.writeString(
            directory.resolve("no-mkdir.json"),
            """
            {"defaultAction": "SCMP_ACT_ALLOW",
             "syscalls": [{"names": ["%s"], "action": "SCMP_ACT_KILL_PROCESS"}]}
            """
                .formatted(mkdir));
    List<String> options =
        List.of(
            "--restart=always",
            "--memory=128m",
            "--memory-swap=128m",
            "--tmpfs=/cache:size=144m",
            "--security-opt=seccomp=" + profile,
            "--label=com.docker.compose.project=shop",
            "--label=com.docker.compose.service=web");
    ENGINE.run(EVENTFUL, options, "sh", "-c", LIFE);
  }

  /** And long enough ago for a query over time, which has a point each {@link #STEP} only. */
  private static void awaitSample(String what, String metric, String condition) {
    String query =
        "sum(%s{container=\"%s\"} offset %ds) %s"
            .formatted(metric, EVENTFUL, 2 * STEP.toSeconds(), condition);
    try {
      Await.until(what, SOON, () -> !prometheus.values(query).isEmpty());
    } catch (AssertionError late) {
      String events = "(%s|bilgewatch_(kernel_log|unattributed)_).*".formatted(metric);
      throw new AssertionError(
          agent
              .scrape()
              .text()
              .lines()
              .filter(line -> line.matches(events))
              .collect(
                  Collectors.joining("\n", late.getMessage() + "; the agent itself has:\n", "")),
          late);
    }
  }

  @AfterAll
  static void stop() {
    if (prometheus != null) {
      prometheus.close();
    }
    if (agent != null) {
      agent.close();
    }
  }

  static Stream<Dashboard.Query> queries() {
    return Dashboard.all().stream().flatMap(dashboard -> dashboard.queries().stream());
  }

  static Stream<Dashboard.Variable> variables() {
    return Dashboard.all().stream().flatMap(dashboard -> dashboard.variables().stream());
  }

  @ParameterizedTest
  @MethodSource("queries")
  void everyQueryHasAnAnswer(Dashboard.Query query) {
    String expression = filledIn(query.expression());
    List<JsonNode> answer =
        query.overTime()
            ? prometheus.queryRange(expression, began, Instant.now(), STEP)
            : prometheus.query(expression);
    if (Collections.disjoint(KnownMetrics.NOT_YET, KnownMetrics.ours(expression))) {
      assertFalse(answer.isEmpty(), expression);
    }
  }

  @ParameterizedTest
  @MethodSource("variables")
  void everyVariableHasSomethingToChoose(Dashboard.Variable variable) {
    List<String> choice = prometheus.labelValues(variable.label(), filledIn(variable.series()));
    assertTrue(choice.contains(value(variable.name())), choice::toString);
  }

  private static String value(String variable) {
    return switch (variable) {
      case "instance" -> "127.0.0.1:" + agent.uri("/").getPort();
      case "container" -> EVENTFUL;
      default -> throw new AssertionError("no value for $" + variable);
    };
  }

  /** As Grafana puts values in: as they are, and escaped where a regular expression is matched. */
  private static String filledIn(String expression) {
    String filled =
        expression
            .replace("=~\"$instance\"", "=~\"" + value("instance").replace(".", "\\\\.") + "\"")
            .replace("$instance", value("instance"))
            .replace("$container", value("container"))
            .replace("$__rate_interval", "5s")
            .replace("$__interval", STEP.toSeconds() + "s")
            .replace("$__range", "5m");
    assertFalse(filled.contains("$"), filled);
    return filled;
  }

  /** Else the queries that name it go unproven. */
  @Test
  void whatIsExportedIsOffTheListOfWhatIsNot() {
    List<String> exported =
        KnownMetrics.ours(agent.scrape().text()).stream()
            .filter(KnownMetrics.NOT_YET::contains)
            .toList();
    assertEquals(List.of(), exported, "take them off KnownMetrics.NOT_YET");
  }

  /** One a line; an answer may well be empty. */
  @Test
  void everyQueryOfTheRunbooksIsUnderstood() {
    List<String> queries =
        Runbook.all().stream()
            .flatMap(runbook -> runbook.blocks("promql").stream())
            .flatMap(String::lines)
            .toList();
    assertTrue(queries.size() > 50);
    queries.forEach(prometheus::query);
  }

  @Test
  void everyAddressOfTheRunbooksAnswers() {
    List<String> paths =
        Runbook.all().stream()
            .flatMap(runbook -> ADDRESS.matcher(runbook.text()).results())
            .map(result -> result.group(1).replace("NAME", EVENTFUL))
            .distinct()
            .toList();
    assertTrue(paths.size() > 4, paths::toString);
    for (String path : paths) {
      String answer = Scrape.get(agent.uri(path));
      assertTrue(answer.startsWith("{"), () -> path + ": " + answer);
    }
  }
}
