package io.bilgewatch.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.rule.AlertRule;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {

  @TempDir Path folder;

  @Test
  void everyDefaultIsPinned() throws Exception {
    List<String> lines =
        ConfigurationReader.read(List.of()).describe().stream().map(Setting::toString).toList();
    assertEquals(
        List.of(
            "web.listen-address = 127.0.0.1:10058 (default)",
            "web.config.file = (none) (default)",
            "host.root = / (default)",
            "docker.data-roots = [] (default)",
            "walk.cpu-share = 0.02 (default)",
            "walk.interval = 1m (default)",
            "walk.min-interval = 15s (default)",
            "walk.write-events = on (default)",
            "walk.read-interval = 10m (default)",
            "walk.max-entries = 100000000 (default)",
            "tmpfs.interval = 1s (default)",
            "memory.interval = 1s (default)",
            "mounts.interval = 10s (default)",
            "inventory.reconcile-interval = 5s (default)",
            "growth.window = 10m (default)",
            "growth.long-window = 6h (default)",
            "state.directory = (none) (default)",
            "alertmanager.urls = [] (default)",
            "alertmanager.instance = (none) (default)",
            "alertmanager.labels = [] (default)",
            "alertmanager.resend-interval = 1m (default)",
            "alertmanager.resolve-delay = 1m (default)",
            "alertmanager.timeout = 10s (default)",
            "alertmanager.basic-auth.username = (none) (default)",
            "alertmanager.basic-auth.password-file = (none) (default)",
            "alertmanager.tls.ca-file = (none) (default)",
            "alertmanager.tls.cert-file = (none) (default)",
            "alertmanager.tls.key-file = (none) (default)",
            "contracts.directory = (none) (default)",
            "write-failures.log = on (default)",
            "write-failures.log-bytes-per-second = 1048576 (default)",
            "write-failures.kernel = off (default)",
            "write-failures.kernel-duration = 0s (default)",
            "metrics.max-path-series = 5000 (default)",
            "metrics.max-label-length = 256 (default)",
            "metrics.paths = on (default)",
            "log.level = info (default)",
            "alerts.container-labels = on (default)",
            "alerts.sealed = [] (default)",
            "alerts.runbook-url = (none) (default)",
            "alerts.WritableLayerGrowing.enabled = on (default)",
            "alerts.WritableLayerGrowing.bytes-per-second = 100KiB (default)",
            "alerts.WritableLayerLarge.enabled = on (default)",
            "alerts.WritableLayerLarge.bytes = 5GiB (default)",
            "alerts.WritableLayerLarge.limit-ratio = 0.8 (default)",
            "alerts.DockerFilesystemFilling.enabled = on (default)",
            "alerts.DockerFilesystemFilling.within = 24h (default)",
            "alerts.DockerFilesystemAlmostFull.enabled = on (default)",
            "alerts.DockerFilesystemAlmostFull.avail-ratio = 0.05 (default)",
            "alerts.DockerFilesystemAlmostFull.inodes-ratio = 0.05 (default)",
            "alerts.DockerFilesystemAlmostFull.within = 10m (default)",
            "alerts.TmpfsAlmostFull.enabled = on (default)",
            "alerts.TmpfsAlmostFull.used-ratio = 0.9 (default)",
            "alerts.TmpfsUnbounded.enabled = on (default)",
            "alerts.TmpfsOomRisk.enabled = on (default)",
            "alerts.TmpfsOomRisk.ratio = 1 (default)",
            "alerts.TmpfsOomRisk.held-ratio = 0.2 (default)",
            "alerts.TmpfsOomImminent.enabled = on (default)",
            "alerts.TmpfsOomImminent.within = 10m (default)",
            "alerts.ContainerOomKilled.enabled = on (default)",
            "alerts.ContainerOomKilled.within = 10m (default)",
            "alerts.ContainerRestartLoop.enabled = on (default)",
            "alerts.ContainerRestartLoop.count = 3 (default)",
            "alerts.WriteFailingOnReadOnlyRoot.enabled = on (default)",
            "alerts.WriteFailingOnReadOnlyRoot.within = 15m (default)",
            "alerts.LsmDenials.enabled = on (default)",
            "alerts.LsmDenials.within = 15m (default)",
            "alerts.SealedContainerWrote.enabled = on (default)",
            "alerts.RootfsWritable.enabled = on (default)",
            "alerts.ExecutableInWritableLayer.enabled = on (default)",
            "alerts.ExecutableInWritableLayer.count = 0 (default)",
            "alerts.KernelLogLost.enabled = on (default)",
            "alerts.KernelLogLost.within = 15m (default)",
            "alerts.CollectorFailing.enabled = on (default)",
            "alerts.ContractViolated.enabled = on (default)"),
        lines);
  }

  @Test
  void theRecordTreeHoldsTheDefaults() {
    Configuration all = Configuration.defaults();
    assertEquals(new ListenAddress("127.0.0.1", 10058), all.web().listenAddress());
    assertEquals(Path.of("/"), all.host().root());
    assertEquals(List.of(), all.docker().dataRoots());
    assertEquals(
        new Configuration.Walk(
            0.02,
            Switch.ON,
            Duration.ofSeconds(60),
            Duration.ofSeconds(15),
            Duration.ofMinutes(10),
            100_000_000),
        all.walk());
    assertEquals(Duration.ofSeconds(1), all.tmpfs().interval());
    assertEquals(Duration.ofSeconds(1), all.memory().interval());
    assertEquals(Duration.ofSeconds(10), all.mounts().interval());
    assertEquals(Duration.ofSeconds(5), all.inventory().reconcileInterval());
    assertEquals(Duration.ofMinutes(10), all.growth().window());
    assertEquals(
        new Alertmanager(
            List.of(),
            Optional.empty(),
            List.of(),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofSeconds(10),
            Optional.empty(),
            new Alertmanager.Tls(Optional.empty(), Optional.empty())),
        all.alertmanager());
    assertEquals(Optional.empty(), all.contracts().directory());
    assertEquals(KernelWriteFailures.OFF, all.writeFailures().kernel());
    assertEquals(new Configuration.Metrics(5_000, 256, Switch.ON), all.metrics());
    assertEquals(LogLevel.INFO, all.log().level());
  }

  @Test
  void everyKeyCanBeSetNestedOrDotted() throws Exception {
    Configuration all =
        read(
            """
            web: {listen-address: ':9000'}
            host.root: /host
            docker:
              data-roots:
                - /srv/docker
                - /mnt/b
            walk:
              cpu-share: 0.5
              interval: 2m
              min-interval: 90s
            walk.write-events: off
            walk.read-interval: 1h
            walk.max-entries: 1_000_000
            tmpfs.interval: 500ms
            memory.interval: 2s
            mounts.interval: 30s
            inventory.reconcile-interval: 7s
            growth.window: 2h
            alertmanager:
              urls: ['http://a.example:9093', 'https://b.example/am/']
              instance: web1:10058
              labels: [datacenter=east, note=a=b c]
              resend-interval: 30s
              resolve-delay: 45s
              timeout: 5s
              basic-auth: {username: me, password-file: /run/secret}
              tls: {ca-file: /etc/ca.pem, cert-file: /etc/me.pem, key-file: /etc/me.key}
            contracts.directory: /srv/contracts
            write-failures.kernel: off
            metrics: {max-path-series: 100, max-label-length: 64}
            log.level: debug
            """);
    assertEquals(new ListenAddress("", 9000), all.web().listenAddress());
    assertEquals(Path.of("/host"), all.host().root());
    assertEquals(List.of(Path.of("/srv/docker"), Path.of("/mnt/b")), all.docker().dataRoots());
    assertEquals(
        new Configuration.Walk(
            0.5,
            Switch.OFF,
            Duration.ofMinutes(2),
            Duration.ofSeconds(90),
            Duration.ofHours(1),
            1_000_000),
        all.walk());
    assertEquals(Duration.ofMillis(500), all.tmpfs().interval());
    assertEquals(Duration.ofSeconds(2), all.memory().interval());
    assertEquals(Duration.ofSeconds(30), all.mounts().interval());
    assertEquals(Duration.ofSeconds(7), all.inventory().reconcileInterval());
    assertEquals(Duration.ofHours(2), all.growth().window());
    assertEquals(
        new Alertmanager(
            List.of(URI.create("http://a.example:9093"), URI.create("https://b.example/am")),
            Optional.of("web1:10058"),
            List.of(new ExternalLabel("datacenter", "east"), new ExternalLabel("note", "a=b c")),
            Duration.ofSeconds(30),
            Duration.ofSeconds(45),
            Duration.ofSeconds(5),
            Optional.of(new Alertmanager.BasicAuth("me", Path.of("/run/secret"))),
            new Alertmanager.Tls(
                Optional.of(Path.of("/etc/ca.pem")),
                Optional.of(
                    new Alertmanager.ClientCertificate(
                        Path.of("/etc/me.pem"), Path.of("/etc/me.key"))))),
        all.alertmanager());
    assertEquals(Optional.of(Path.of("/srv/contracts")), all.contracts().directory());
    assertEquals(KernelWriteFailures.OFF, all.writeFailures().kernel());
    assertEquals(new Configuration.Metrics(100, 64, Switch.ON), all.metrics());
    assertEquals(LogLevel.DEBUG, all.log().level());
  }

  @Test
  void allProblemsComeInOneMessageEachWithItsLine() throws Exception {
    assertEquals(
        List.of(
            "3: unknown key \"web.listen-adress\"; did you mean \"web.listen-address\"?",
            "4: unknown key \"wlak\"; did you mean \"walk\"?",
            "6: \"tmpfs.interval\" is there twice, first in line 5",
            "7: walk.cpu-share expects a number above 0 and at most 1; found \"1.5\"",
            "8: docker.data-roots can't be a list of other than single values",
            "9: log.level has no value; give it one or remove it",
            "10: unknown key \"colour\"",
            "11: growth.window expects a duration with its unit (ms, s, m, h), 1m to 24h; found"
                + " \"600\""),
        problems(
            """
            # a comment
            web:
              listen-adress: ':1'
            wlak: {cpu-share: 0.1}
            tmpfs.interval: 2s
            tmpfs: {interval: 3s}
            walk.cpu-share: 1.5
            docker.data-roots: [[/a]]
            log.level:
            colour: blue
            growth.window: 600
            """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "walk.cpu-share: 0 | above 0",
        "walk.cpu-share: -0.1 | above 0",
        "walk.cpu-share: 1e-2 | above 0",
        "walk.cpu-share: .nan | above 0",
        "walk.cpu-share: a lot | found \"a lot\"",
        "walk.cpu-share: [0.1] | found a list",
        "walk.cpu-share: {a: 1} | can't be a section",
        "walk.interval: 1 | duration with its unit",
        "walk.interval: 1 s | duration with its unit",
        "walk.interval: 25h | 1s to 24h",
        "walk.interval: 999999999h | 1s to 24h",
        "walk.interval: 10s | walk.min-interval (15s) must not be longer than walk.interval (10s)",
        "walk.max-entries: 12 | 1000 to",
        "walk.max-entries: 99999999999999999999 | 1000 to",
        "walk.max-entries: 5000.5 | whole number",
        "docker.data-roots: /a | found a single value",
        "docker.data-roots: [a/b] | found \"a/b\"",
        "docker.data-roots: [null] | found \"null\"",
        "docker: /a | docker expects keys with values",
        "web.listen-address: 10058 | an address such as",
        "web.listen-address: 'a:b:1' | an address such as",
        "web.listen-address: ':65536' | an address such as",
        "web.listen-address: !!java.net.URL [http://x] | tag is not allowed",
        "web.listen-address: !exec 'x:1' | of the type !exec",
        "alertmanager.urls: [ftp://x] | http or https",
        "alertmanager.urls: ['http://me:secret@x'] | found \"http://…@x\"",
        "alertmanager.urls: ['http://x/?a=b'] | without password, query and fragment",
        "alertmanager.urls: ['http://x/#a'] | without password, query and fragment",
        "alertmanager.urls: ['http://x:0'] | found \"http://x:0\"",
        "alertmanager.urls: ['http://x:70000'] | found \"http://x:70000\"",
        "alertmanager.urls: ['http://x', 'http://x/'] | has \"http://x\" twice",
        "alertmanager.instance: a b | text without blanks",
        "alertmanager.instance: '' | text without blanks",
        "alertmanager.labels: [east] | name=value",
        "alertmanager.labels: [a-b=c] | name=value",
        "alertmanager.labels: [__a=b] | name=value",
        "alertmanager.labels: [a=] | name=value",
        "alertmanager.labels: [a=b, a=c] | has \"a\" twice",
        "alertmanager.labels: [alertname=b] | no label that alerts have of their own",
        "alertmanager.labels: [severity=b] | no label that alerts have of their own",
        "alertmanager.labels: [instance=b] | no label that alerts have of their own",
        "alertmanager.labels: [container=b] | no label that alerts have of their own",
        "alertmanager.labels: [mountpoint=b] | no label that alerts have of their own",
        "alertmanager.resend-interval: 0s | 1s to 1h",
        "alertmanager.timeout: 10m | 1s to 5m",
        "alertmanager.basic-auth.username: 'a:b' | a name without colon",
        "alertmanager.basic-auth.username: me | needs alertmanager.basic-auth.password-file as well",
        "alertmanager.basic-auth.password-file: /a | needs alertmanager.basic-auth.username as well",
        "alertmanager.tls.cert-file: /a | needs alertmanager.tls.key-file as well",
        "alertmanager.tls.key-file: a | an absolute path",
        "write-failures.kernel: ebpf | one of off, tracefs",
        "log.level: INFO | one of error, warn, info, debug",
        "<<: {walk.interval: 1m} | unknown key \"<<\"",
        "? [a] : b | a key must be text",
        "- a | expects keys with values",
        "just text | expects keys with values",
        "a: b: c | not YAML",
        "\"a\" \"b\" | not YAML",
      })
  void refusesToGuess(String line, String says) throws Exception {
    List<String> problems = problems(line + "\n");
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.getFirst().contains(says), problems::toString);
    assertTrue(problems.getFirst().startsWith("1: "), problems::toString);
  }

  @Test
  void emptyFilesAndEmptySectionsSetNothing() throws Exception {
    for (String text : List.of("", "---\n", "# nothing\n", "web:\nwalk: ~\n")) {
      assertEquals(Configuration.defaults(), read(text));
    }
  }

  @Test
  void sectionsThatAreThereTwiceAreRefused() throws Exception {
    assertEquals(
        List.of("2: \"web\" is there twice, first in line 1"),
        problems("web: {listen-address: ':1'}\nweb: {}\n"));
  }

  @Test
  void optionsOverrideTheFileAndSayWhoTheyAre() throws Exception {
    Path file = write("web.listen-address: ':1'\nlog.level: warn\ndocker.data-roots: [/a, /b]\n");
    Configuration all =
        ConfigurationReader.read(
            file,
            List.of(
                Given.option("--web.listen-address", "web.listen-address", "[::1]:2"),
                Given.option("--docker.data-root", "docker.data-roots", List.of("/c"))));
    assertEquals(new ListenAddress("::1", 2), all.web().listenAddress());
    assertEquals(List.of(Path.of("/c")), all.docker().dataRoots());
    assertEquals(LogLevel.WARN, all.log().level());
    List<String> set =
        all.describe().stream()
            .filter(setting -> !setting.source().equals("default"))
            .map(Setting::toString)
            .toList();
    assertEquals(
        List.of(
            "web.listen-address = [::1]:2 (--web.listen-address)",
            "docker.data-roots = [/c] (--docker.data-root)",
            "log.level = warn (" + file + ":2)"),
        set);
  }

  @Test
  void optionsAndFileAreWrongTogether() throws Exception {
    Path file = write("log.level: loud\n");
    var wrong =
        assertThrows(
            ConfigurationException.class,
            () ->
                ConfigurationReader.read(
                    file, List.of(Given.option("--host.root", "host.root", "here"))));
    assertEquals(
        List.of(file + ":1", "--host.root"),
        wrong.problems().stream().map(Problem::where).toList());
    assertEquals(2, wrong.getMessage().lines().count());
  }

  @Test
  void thresholdsAreWrittenAsPeopleSayThem() throws Exception {
    Path file =
        write(
            """
            alerts:
              WritableLayerLarge:
                bytes: 20GiB
                limit-ratio: 0.95
              TmpfsOomImminent.within: 90s
              ExecutableInWritableLayer: {enabled: off, count: 12}
            alerts.sealed: [web, db-1]
            """);
    Configuration.Alerts alerts = ConfigurationReader.read(file, List.of()).alerts();
    assertEquals(
        new Configuration.RuleSetting(
            true, Map.of("bytes", 20.0 * (1L << 30), "limit-ratio", 0.95)),
        alerts.of(AlertRule.WRITABLE_LAYER_LARGE));
    assertEquals(
        new Configuration.RuleSetting(true, Map.of("within", 90.0)),
        alerts.of(AlertRule.TMPFS_OOM_IMMINENT));
    assertEquals(
        new Configuration.RuleSetting(false, Map.of("count", 12.0)),
        alerts.of(AlertRule.EXECUTABLE_IN_WRITABLE_LAYER));
    assertEquals(Set.of("web", "db-1"), alerts.sealed());
  }

  @Test
  void anAlertThatThereIsNotIsAnError() throws Exception {
    assertEquals(
        "unknown key \"alerts.TmpfsOomRisks\"; did you mean \"alerts.TmpfsOomRisk\"?",
        onlyProblem(write("alerts:\n  TmpfsOomRisks:\n    ratio: 2\n")));
    assertEquals(
        "alerts.WritableLayerLarge.bytes expects a number of bytes such as 4096, 100KiB, 64MiB or"
            + " 5GiB; found \"5GB\"",
        onlyProblem(write("alerts.WritableLayerLarge.bytes: 5GB\n")));
  }

  @Test
  void theWindowsMustFit() throws Exception {
    assertEquals(
        "growth.window (7h) must not be longer than growth.long-window (6h)",
        onlyProblem(write("growth.window: 7h\n")));
  }

  @Test
  void filesThatCanNotBeReadAreProblems() throws Exception {
    assertEquals("there is no such file", onlyProblem(folder.resolve("absent.yml")));
    assertEquals("can't be read: not a regular file", onlyProblem(folder));
    Path latin = folder.resolve("latin.yml");
    Files.write(latin, "log.level: é".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals("not UTF-8", onlyProblem(latin));
    assertEquals(
        "can't be read: larger than 262144 bytes", onlyProblem(write("#" + "x".repeat(300_000))));
  }

  @Test
  void bombsAreDefused() throws Exception {
    String laughs =
        """
        a: &a [x, x]
        b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
        c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
        docker.data-roots: [*c, *c, *c, *c, *c, *c, *c]
        """;
    assertTrue(problems(laughs).getFirst().contains("aliases"));
    assertTrue(problems("web: &w\n  web: *w\n").getFirst().contains("aliases"));
    assertTrue(problems("a: " + "[".repeat(100_000)).getFirst().contains("Nesting"));
    assertTrue(problems("a: " + "{a: ".repeat(5_000)).getFirst().contains("Nesting"));
    assertTrue(problems("a: 1\n---\nb: 2\n").getFirst().contains("not YAML"));
    assertTrue(problems("a: \u0007\n").getFirst().contains("not YAML"));
  }

  private Configuration read(String text) throws Exception {
    return ConfigurationReader.read(write(text), List.of());
  }

  /** Without the file's name: {@code line: what}. */
  private List<String> problems(String text) throws IOException {
    Path file = write(text);
    var wrong =
        assertThrows(ConfigurationException.class, () -> ConfigurationReader.read(file, List.of()));
    return Arrays.stream(wrong.getMessage().split("\n"))
        .map(line -> line.replace(file + ":", "").strip())
        .toList();
  }

  private static String onlyProblem(Path file) {
    var wrong =
        assertThrows(ConfigurationException.class, () -> ConfigurationReader.read(file, List.of()));
    assertEquals(1, wrong.problems().size());
    return wrong.problems().getFirst().what();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("bilgewatch.yml"), text);
  }
}
