package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Hosts on which something is missing or damaged: the program runs on, what can't be read is
 * absent, the log says so once, and {@code diagnose} names the remedy.
 */
class DegradedHostIT {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final String WEB_CONFIG = "srv/docker/containers/@WEB@/config.v2.json";

  @TempDir private Path directory;
  private FakeHost host;

  private FakeHost host(String name) throws IOException {
    host = FakeHost.unpack(name, directory);
    return host;
  }

  private AgentProcess serve(String... more) {
    String[] options = new String[more.length + 1];
    options[0] = "--host.root=" + directory;
    System.arraycopy(more, 0, options, 1, more.length);
    return AgentProcess.serve(options);
  }

  @AfterEach
  void removeLinks() throws IOException {
    if (host != null) {
      host.close();
    }
  }

  @Test
  void noDockerAtAll() throws IOException, InterruptedException {
    host("bare");
    try (AgentProcess agent = serve()) {
      Await.until(
          "the data root is down",
          SOON,
          () -> is(agent, "bilgewatch_data_root_up{data_root=\"/var/lib/docker\"}", 0));
      // A tree of files has no /dev/kmsg either: each of the two is told once.
      Await.until("both are told", SOON, () -> agent.logLines(" warn ").size() > 1);
      Thread.sleep(5000);
      List<String> told = agent.logLines(" warn ");
      assertEquals(2, told.size(), told::toString);
      assertEquals(1, agent.logLines("warn watch.Transitions: collector kernel_log_kmsg").size());
      assertTrue(agent.log().contains("data root /var/lib/docker: no directory"), agent.log());
      assertTrue(Scrape.get(agent.uri("/-/ready")).contains("ready"));
    }
    assertDiagnosed("start Docker, or name the right directory with --docker.data-root");
    assertNotFoundOut("no data root can be read; /var/lib/docker: no directory");
  }

  @Test
  void aDataRootThatIsNamedAndMissingAndThenThere() throws IOException {
    host("bare");
    String root = "--docker.data-root=/srv/docker";
    try (AgentProcess agent = serve(root)) {
      Await.until(
          "down", SOON, () -> is(agent, "bilgewatch_data_root_up{data_root=\"/srv/docker\"}", 0));
      FakeHost.unpack("debian12-docker20.10-cgroup1", directory.resolve("other")).close();
      Files.move(directory.resolve("other/srv"), directory.resolve("srv"));
      Await.until(
          "up", SOON, () -> is(agent, "bilgewatch_data_root_up{data_root=\"/srv/docker\"}", 1));
      Await.until(
          "containers",
          SOON,
          () -> agent.scrape().series("bilgewatch_container_info", "old").isPresent());
      assertEquals(1, agent.logLines("warn watch.Transitions: data root /srv/docker").size());
      assertEquals(1, agent.logLines("info watch.Transitions: data root /srv/docker").size());
    }
  }

  @Test
  void aDataRootThatMayNotBeRead() throws IOException, InterruptedException {
    assumeTrue(System.getProperty("user.name").equals("root"), "becoming nobody needs root");
    host("debian12-docker20.10-cgroup1");
    UnprivilegedUser nobody = UnprivilegedUser.in(directory);
    mode(directory, "rwxr-xr-x");
    mode(host.path("srv/docker/containers"), "rwx------");
    String root = "--host.root=" + directory;
    try (AgentProcess agent =
        AgentProcess.start(nobody.command("serve", "--web.listen-address=127.0.0.1:0", root))) {
      Await.until(
          "down", SOON, () -> is(agent, "bilgewatch_data_root_up{data_root=\"/srv/docker\"}", 0));
      Thread.sleep(5000);
      assertEquals(1, agent.logLines("data root /srv/docker: not permitted").size(), agent.log());
      List<String> things =
          agent.logLines(" warn ").stream().map(line -> line.split(": ", -1)[1]).toList();
      assertEquals(List.copyOf(new TreeSet<>(things)), things.stream().sorted().toList());
      assertTrue(agent.scrape().text().contains("bilgewatch_build_info{"));
    }
    Shell.Output diagnosed = Shell.run(SOON, Map.of(), nobody.command("diagnose", root));
    assertEquals(1, diagnosed.status(), diagnosed.text());
    assertTrue(diagnosed.text().contains("CAP_DAC_READ_SEARCH"), diagnosed.text());
    assertTrue(diagnosed.text().contains("run it as root"), diagnosed.text());
    Shell.Output containers = Shell.run(SOON, Map.of(), nobody.command("containers", root));
    assertEquals(3, containers.status(), containers.stderr());
    assertTrue(containers.stderr().contains("not permitted"), containers.stderr());
    assertEquals(1, containers.stderr().lines().count(), containers.stderr());
  }

  @Test
  void aStateFileThatIsDamagedLeavesTheLastGoodState() throws IOException, InterruptedException {
    host("debian12-docker20.10-cgroup1");
    String good = Files.readString(host.path(WEB_CONFIG));
    String state = "state of container " + host.let("WEB");
    try (AgentProcess agent = serve()) {
      Await.until("there", SOON, () -> restarts(agent).isPresent());
      for (String damaged :
          List.of("", good.substring(0, good.length() / 2), "\u0000\u0001garbage")) {
        replace(WEB_CONFIG, damaged);
        Await.until("missing", SOON, () -> stateIsMissing(agent));
        assertEquals(OptionalDouble.of(2), restarts(agent), "the last good state");
        Thread.sleep(1500);
      }
      assertEquals(1, agent.logLines("warn watch.Transitions: " + state).size(), agent.log());
      replace(WEB_CONFIG, good.replace("\"RestartCount\":2", "\"RestartCount\":3"));
      Await.until("new", SOON, () -> restarts(agent).equals(OptionalDouble.of(3)));
      Await.until("well", SOON, () -> !stateIsMissing(agent));
      assertEquals(1, agent.logLines("info watch.Transitions: " + state).size(), agent.log());
      assertEquals(List.of(), agent.logLines(" error "));
    }
  }

  private static OptionalDouble restarts(AgentProcess agent) {
    return agent.scrape().of("bilgewatch_container_restarts_total", "web");
  }

  private static boolean stateIsMissing(AgentProcess agent) {
    return agent.scrape().of("bilgewatch_reading_missing", "web", "reading=\"state\"").isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"btrfs", "zfs", "vfs", "windowsfilter", "one-of-next-year"})
  void aStorageDriverWithoutAnUpperdir(String driver) throws IOException {
    host("debian12-docker20.10-cgroup1");
    replace(
        WEB_CONFIG, Files.readString(host.path(WEB_CONFIG)).replace("overlay2\"", driver + "\""));
    try (AgentProcess agent = serve()) {
      Await.until(
          "measured",
          SOON,
          () -> agent.scrape().of("bilgewatch_writable_layer_bytes", "db").isPresent());
      Scrape scrape = agent.scrape();
      assertTrue(
          scrape
              .of("bilgewatch_reading_missing", "web", "cause=\"unsupported\"", "reading=\"layer\"")
              .isPresent());
      assertTrue(scrape.of("bilgewatch_writable_layer_bytes", "web").isEmpty());
      assertEquals(1, scrape.value("bilgewatch_rootfs_readonly", "web"));
      assertEquals(134217728, scrape.value("bilgewatch_memory_limit_bytes", "web"));
      assertEquals(1, agent.logLines("container web: layer: storage driver: " + driver).size());
    }
    Shell.Output diagnosed = AgentProcess.run("diagnose", "--host.root=" + directory);
    assertEquals(1, diagnosed.status());
    assertTrue(diagnosed.text().contains("this engine or kernel does not tell"), diagnosed.text());
  }

  @Test
  void aContainerThatIsRemovedWhileItsLayerIsWalked() throws IOException, InterruptedException {
    host("debian12-docker20.10-cgroup1");
    Path layer = host.path("srv/docker/overlay2/@OLDL@/diff");
    ManyFiles.below(layer, 60_000);
    Path file =
        Files.writeString(
            directory.resolve("agent.yml"),
            "walk: {interval: 1s, min-interval: 1s, cpu-share: 1}\n");
    try (AgentProcess agent = serve("--config.file=" + file)) {
      Await.until(
          "measured",
          SOON,
          () -> agent.scrape().of("bilgewatch_writable_layer_bytes", "old").isPresent());
      Shell.text("rm", "-rf", layer.getParent().toString());
      Thread.sleep(1000);
      Shell.text("rm", "-rf", host.path("srv/docker/containers/@OLD@").toString());
      Await.until("gone", SOON, () -> !agent.scrape().text().contains("container=\"old\""));
      Thread.sleep(1500);
      assertEquals(List.of(), agent.logLines("container old"), agent.log());
      assertEquals(List.of(), agent.logLines(" error "));
    }
  }

  @Test
  void wrongConfigurationIsToldAllAtOnce() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("b.yml"),
            "web:\n  listen-adress: 127.0.0.1:1\nwalk.interval: 5\nlog.level: loud\n");
    Shell.Output output = AgentProcess.run("serve", "--config.file=" + file, "--host.root=here");
    assertEquals(2, output.status());
    List<String> lines = output.stderr().lines().toList();
    assertEquals(4, lines.size(), output.stderr());
    assertTrue(output.stderr().contains(file + ":2"), output.stderr());
    assertTrue(output.stderr().contains("web.listen-address"), output.stderr());
    assertTrue(output.stderr().contains(file + ":3"), output.stderr());
    assertTrue(output.stderr().contains(file + ":4"), output.stderr());
    assertTrue(output.stderr().contains("--host.root"), output.stderr());
  }

  @Test
  void aPortInUseIsSaidWithItsRemedy() throws IOException {
    host("bare");
    try (AgentProcess first = serve()) {
      Shell.Output second =
          AgentProcess.run(
              "serve",
              "--host.root=" + directory,
              "--web.listen-address=127.0.0.1:" + first.uri("/").getPort());
      assertEquals(3, second.status());
      assertTrue(second.stderr().contains("is in use: end what listens there"), second.stderr());
      assertFalse(second.stderr().contains("Exception"), second.stderr());
    }
  }

  private static boolean is(AgentProcess agent, String series, double value) {
    return Double.valueOf(value).equals(agent.scrape().samples().get(series));
  }

  private void assertDiagnosed(String remedy) {
    Shell.Output diagnosed = AgentProcess.run("diagnose", "--host.root=" + directory);
    assertEquals(1, diagnosed.status(), diagnosed.text());
    assertTrue(diagnosed.text().contains(remedy), diagnosed.text());
    assertEquals("", diagnosed.stderr());
  }

  private void assertNotFoundOut(String why) {
    Shell.Output containers = AgentProcess.run("containers", "--host.root=" + directory);
    assertEquals(3, containers.status(), containers.text());
    assertTrue(containers.stderr().contains(why), containers.stderr());
    assertEquals(1, containers.stderr().lines().count(), containers.stderr());
  }

  /** As Docker replaces a state file. */
  private void replace(String name, String content) throws IOException {
    String temporary = Path.of(name).resolveSibling(".tmp-state").toString();
    host.write(temporary, content);
    Files.move(
        host.path(temporary),
        host.path(name),
        java.nio.file.StandardCopyOption.ATOMIC_MOVE,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }
}
