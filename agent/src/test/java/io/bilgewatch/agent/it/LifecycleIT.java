package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.PrivateEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers that come, change and go, seen by an agent with its default configuration. */
class LifecycleIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);

  /** One of each collector's. */
  private static final List<String> FIGURES =
      List.of(
          "container_info",
          "rootfs_readonly",
          "hardening_check",
          "writable_mount_info",
          "writable_layer_bytes",
          "container_log_bytes",
          "tmpfs_used_bytes",
          "memory_usage_bytes",
          "tmpfs_oom_risk_ratio");

  private static TestAgent agent;

  @BeforeAll
  static void start() {
    agent = TestAgent.with(Map.of("docker.data-roots", ENGINE.dataRoot().toString()));
    ENGINE.idle("bystander");
    agent.scrapeWhen(
        "the bystander is seen",
        scrape -> scrape.of("bilgewatch_container_info", "bystander").isPresent());
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  private static boolean isWhole(Scrape scrape, String name) {
    return FIGURES.stream().allMatch(f -> scrape.of("bilgewatch_" + f, name).isPresent());
  }

  private static long running(String name) {
    return (long) agent.scrape().of("bilgewatch_container_running", name).orElse(-1);
  }

  @Test
  void aContainerComesWithAllItsFiguresAndGoesWithinTwoSeconds() {
    List<Long> came = new ArrayList<>();
    List<Long> went = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String name = "visitor-" + i;
      ENGINE.idle(name);
      came.add(
          Await.until("all of " + name, TWO_SECONDS, () -> isWhole(agent.scrape(), name))
              .toMillis());
      ENGINE.docker("rm", "--force", name);
      went.add(
          Await.until(name + " is gone", TWO_SECONDS, () -> !agent.scrape().text().contains(name))
              .toMillis());
    }
    System.out.printf("all figures after %s ms; gone after %s ms%n", came, went);
  }

  @Test
  void aNewNameShows() {
    ENGINE.idle("old-name");
    Await.until("it", TWO_SECONDS, () -> isWhole(agent.scrape(), "old-name"));
    ENGINE.docker("rename", "old-name", "new-name");
    Duration seen =
        Await.until(
            "the new name alone",
            TWO_SECONDS,
            () -> {
              Scrape scrape = agent.scrape();
              return isWhole(scrape, "new-name") && !scrape.text().contains("old-name");
            });
    System.out.printf("renamed: seen after %d ms%n", seen.toMillis());
    ENGINE.docker("rm", "--force", "new-name");
  }

  @Test
  void whatIsPausedStaysAndWhatIsStoppedKeepsItsLayer() {
    ENGINE.idle("sleeper");
    ENGINE.exec("sleeper", "head -c 200000 /dev/zero > /left");
    Await.until("it", TWO_SECONDS, () -> isWhole(agent.scrape(), "sleeper"));
    ENGINE.docker("pause", "sleeper");
    for (int i = 0; i < 15; i++) {
      Scrape scrape = agent.scrape();
      assertTrue(isWhole(scrape, "sleeper"), "paused");
      assertEquals(1, scrape.value("bilgewatch_container_running", "sleeper"));
      pause(Duration.ofMillis(200));
    }
    ENGINE.docker("unpause", "sleeper");
    ENGINE.docker("stop", "--time=0", "sleeper");
    Duration seen = Await.until("stopped", TWO_SECONDS, () -> running("sleeper") == 0);
    Scrape scrape = agent.scrape();
    assertTrue(scrape.value("bilgewatch_writable_layer_bytes", "sleeper") > 200_000);
    assertFalse(scrape.of("bilgewatch_memory_usage_bytes", "sleeper").isPresent());
    assertFalse(scrape.of("bilgewatch_tmpfs_used_bytes", "sleeper").isPresent());
    ENGINE.docker("start", "sleeper");
    Duration back = Await.until("it again", TWO_SECONDS, () -> isWhole(agent.scrape(), "sleeper"));
    System.out.printf(
        "stopped: seen after %d ms; started again: all figures after %d ms%n",
        seen.toMillis(), back.toMillis());
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Test
  void restartsAreDockersOwnCount() {
    ENGINE.run("stumbler", List.of("--restart=on-failure:3"), "sh", "-c", "sleep 0.2; exit 1");
    Await.until(
        "Docker gives up",
        Duration.ofSeconds(30),
        () ->
            ENGINE.inspect("stumbler").get("RestartCount").asLong() == 3
                && !ENGINE.inspect("stumbler").at("/State/Running").asBoolean());
    Await.until(
        "three restarts",
        TWO_SECONDS,
        () -> agent.scrape().value("bilgewatch_container_restarts_total", "stumbler") == 3);
    Await.until("it does not run", TWO_SECONDS, () -> running("stumbler") == 0);
  }

  @Test
  void containersThatDieAtOnceLeaveNothing() {
    AtomicInteger started = new AtomicInteger();
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    List<CompletableFuture<Void>> lanes =
        Stream.of("mayfly-a-", "mayfly-b-")
            .map(prefix -> CompletableFuture.runAsync(() -> mayflies(prefix, end, started)))
            .toList();
    int most = 0;
    while (System.nanoTime() < end) {
      Scrape scrape = agent.scrape();
      assertTrue(scrape.of("bilgewatch_container_info", "bystander").isPresent(), "bystander");
      most = Math.max(most, names(scrape).size());
      pause(Duration.ofMillis(100));
    }
    lanes.forEach(CompletableFuture::join);
    Duration gone =
        Await.until("no mayfly", TWO_SECONDS, () -> !agent.scrape().text().contains("mayfly"));
    System.out.printf(
        "%d containers that died at once, at most %d seen together; none after %d ms%n",
        started.get(), most, gone.toMillis());
    assertTrue(started.get() >= 10, "started: " + started);
    assertTrue(most <= 4, "seen together: " + most);
  }

  private static void mayflies(String prefix, long end, AtomicInteger started) {
    while (System.nanoTime() < end) {
      String name = prefix + started.incrementAndGet();
      ENGINE.docker("run", "--rm", "--network=none", "--name", name, ENGINE.image(), "true");
    }
  }

  private static Set<String> names(Scrape scrape) {
    return Sample.all(scrape, "bilgewatch_container_running")
        .map(sample -> sample.label("container"))
        .filter(name -> name.startsWith("mayfly"))
        .collect(Collectors.toSet());
  }
}
