package io.bilgewatch.agent.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.it.Await;
import io.bilgewatch.agent.rule.AlertRule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whom a real Alertmanager with the packaged configuration tells of what, and what it keeps to
 * itself. Everything fires in the beginning, each story on a host of its own; once the last message
 * that is waited for longest has come, what has not come will not.
 */
class AlertmanagerRoutesIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String CHAT = "chat";
  private static final String PAGER = "pager";

  @TempDir private static Path directory;
  private static Webhook webhook;
  private static RunningAlertmanager alertmanager;
  private static Duration pagedAfter;

  @BeforeAll
  static void everythingFires() throws IOException {
    webhook = new Webhook();
    alertmanager = new RunningAlertmanager(directory, webhook.port());
    // The lesser ones first: they have waited longest when the greater one comes.
    container("tmpfs", AlertRule.TMPFS_OOM_RISK, "web");
    container("tmpfs", AlertRule.TMPFS_ALMOST_FULL, "web");
    container("tmpfs", AlertRule.TMPFS_ALMOST_FULL, "db");
    container("tmpfs", AlertRule.TMPFS_OOM_IMMINENT, "web");
    pagedAfter = Await.until("a page", SOON, () -> !webhook.told(PAGER, "tmpfs:10058").isEmpty());
    container("two-tmpfs", AlertRule.TMPFS_OOM_IMMINENT, "web");
    container("two-tmpfs", AlertRule.TMPFS_OOM_IMMINENT, "db");
    loops();
    fullDisk();
    container("two", AlertRule.WRITABLE_LAYER_LARGE, "web");
    container("two", AlertRule.LSM_DENIALS, "db");
    container("info", AlertRule.TMPFS_UNBOUNDED, "web");
    container("twice", AlertRule.TMPFS_OOM_IMMINENT, "web");
    container("twice", AlertRule.TMPFS_OOM_IMMINENT, "web");
    container("last", AlertRule.WRITABLE_LAYER_GROWING, "web");
    Await.until("the last", SOON, () -> !webhook.told(CHAT, "last:10058").isEmpty());
  }

  private static void loops() throws IOException {
    for (String container : List.of("web", "db")) {
      container("loop", AlertRule.CONTAINER_OOM_KILLED, container);
      container("loop", AlertRule.WRITE_FAILING_ON_READ_ONLY_ROOT, container);
      container("loop", AlertRule.CONTAINER_RESTART_LOOP, container);
    }
    container("loop", AlertRule.CONTAINER_OOM_KILLED, "cache");
    container("loop", AlertRule.EXECUTABLE_IN_WRITABLE_LAYER, "web");
  }

  private static void fullDisk() throws IOException {
    container("disk", AlertRule.WRITABLE_LAYER_GROWING, "web");
    container("disk", AlertRule.TMPFS_ALMOST_FULL, "web");
    filesystem(AlertRule.DOCKER_FILESYSTEM_FILLING, "/");
    filesystem(AlertRule.DOCKER_FILESYSTEM_FILLING, "/srv");
    filesystem(AlertRule.DOCKER_FILESYSTEM_ALMOST_FULL, "/");
  }

  private static void container(String host, AlertRule rule, String container) throws IOException {
    fire(host, rule, Map.of("container", container, "container_id", "id-of-" + container));
  }

  private static void filesystem(AlertRule rule, String mountpoint) throws IOException {
    fire("disk", rule, Map.of("mountpoint", mountpoint));
  }

  private static void fire(String host, AlertRule rule, Map<String, String> more)
      throws IOException {
    Map<String, String> labels = new TreeMap<>(more);
    labels.put("alertname", rule.label());
    labels.put("severity", rule.severity().label());
    labels.put("instance", host + ":10058");
    // As of two who say it in words of their own.
    alertmanager.fire(labels, "said at " + System.nanoTime());
  }

  @AfterAll
  static void end() {
    if (alertmanager != null) {
      alertmanager.close();
    }
    webhook.close();
  }

  @Test
  void anImminentKillIsPagedAtOnce() {
    assertTrue(pagedAfter.compareTo(Duration.ofSeconds(4)) < 0, pagedAfter::toString);
  }

  @Test
  void theLesserAlertsOfTheSameContainerAreNotTold() {
    assertEquals(List.of(Set.of("TmpfsOomImminent web")), webhook.told(PAGER, "tmpfs:10058"));
    assertEquals(List.of(Set.of("TmpfsAlmostFull db")), webhook.told(CHAT, "tmpfs:10058"));
  }

  @Test
  void twoContainersThatAreAboutToBeKilledAreTwoPages() {
    assertEquals(
        Set.of(Set.of("TmpfsOomImminent web"), Set.of("TmpfsOomImminent db")),
        new HashSet<>(webhook.told(PAGER, "two-tmpfs:10058")));
    assertEquals(2, webhook.told(PAGER, "two-tmpfs:10058").size());
  }

  /**
   * The loop tells of the kill itself; one that an intruder may have caused is told all the same.
   */
  @Test
  void aHostWhoseContainersRestartIsOnePage() {
    assertEquals(
        List.of(Set.of("ContainerRestartLoop web", "ContainerRestartLoop db")),
        webhook.told(PAGER, "loop:10058"));
    assertEquals(
        List.of(Set.of("ContainerOomKilled cache", "ExecutableInWritableLayer web")),
        webhook.told(CHAT, "loop:10058"));
  }

  @Test
  void aFullDiskSpeaksForWhatFillsIt() {
    assertEquals(
        List.of(Set.of("DockerFilesystemAlmostFull  /")), webhook.told(PAGER, "disk:10058"));
    assertEquals(
        List.of(Set.of("DockerFilesystemFilling  /srv", "TmpfsAlmostFull web")),
        webhook.told(CHAT, "disk:10058"));
  }

  @Test
  void twoContainersOfOneHostAreOneMessage() {
    assertEquals(
        List.of(Set.of("WritableLayerLarge web", "LsmDenials db")),
        webhook.told(CHAT, "two:10058"));
    assertEquals(List.of(), webhook.told(PAGER, "two:10058"));
  }

  @Test
  void whatIsToBePutRightSomeDayDisturbsNobody() {
    assertEquals(List.of(), webhook.told(PAGER, "info:10058"));
    assertEquals(List.of(), webhook.told(CHAT, "info:10058"));
  }

  @Test
  void whatTheAgentAndPrometheusBothSayIsToldOnce() {
    assertEquals(List.of(Set.of("TmpfsOomImminent web")), webhook.told(PAGER, "twice:10058"));
  }
}
