package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.push.Certificates;
import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/web.md shows, with a real Prometheus and its own judge of such files. */
class WebConfigIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Pattern YAML = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path directory;
  private List<String> examples;

  @BeforeEach
  void makeCertificates() throws IOException {
    Certificates.authority(directory, "ca");
    Certificates.signed(directory, "ca", "server", "IP:127.0.0.1");
    Certificates.signed(directory, "ca", "prometheus", "DNS:prometheus.example");
    Files.writeString(directory.resolve("bilgewatch.password"), "s3cret\n");
    String text =
        Files.readString(Path.of(System.getProperty("bilgewatch.root"), "docs", "web.md"));
    examples = YAML.matcher(text).results().map(MatchResult::group).map(this::inside).toList();
    assertEquals(3, examples.size(), examples::toString);
  }

  private String inside(String block) {
    return block.substring(block.indexOf('\n') + 1, block.length() - "```".length());
  }

  @Test
  void prometheusScrapesWithItsPasswordAndNobodyWithout() throws IOException {
    Path config = write("web.yml", examples.get(0));
    try (TestAgent agent = TestAgent.with(Map.of("web.config.file", config.toString()))) {
      int port = agent.uri("/").getPort();
      scrape(examples.get(1).replace("/etc/prometheus", directory.toString()), port);
      assertEquals("401", status(port));
      assertEquals("200", status(port, "--user", "prometheus:s3cret"));
      String headers = curl(port, "--head", "--user", "prometheus:s3cret");
      assertTrue(headers.contains("Strict-Transport-Security: max-age=31536000"), headers);
    }
  }

  @Test
  void orWithACertificate() throws IOException {
    Path config = write("clients.yml", examples.get(2));
    try (TestAgent agent = TestAgent.with(Map.of("web.config.file", config.toString()))) {
      int port = agent.uri("/").getPort();
      scrape(
          """
          scrape_configs:
            - job_name: bilgewatch
              scheme: https
              tls_config: {ca_file: DIR/ca.pem, cert_file: DIR/prometheus.pem, key_file: DIR/prometheus.key}
              static_configs: [{targets: ["web1:10058"]}]
          """
              .replace("DIR", directory.toString()),
          port);
      assertEquals("000", status(port));
    }
  }

  @Test
  void promtoolReadsTheSameFormat() throws IOException {
    if (!Promtool.isInstalled("promtool")) {
      Assumptions.abort("promtool is not installed");
    }
    for (int example : new int[] {0, 2}) {
      // Which Prometheus 2.42 does not know yet.
      String known = examples.get(example).replaceAll("  client_allowed_sans:.*\n", "");
      Path config = write("checked.yml", known);
      Shell.text("promtool", "check", "web-config", config.toString());
    }
  }

  private void scrape(String config, int port) throws IOException {
    String text =
        "global: {scrape_interval: 1s}\n" + config.replace("web1:10058", "127.0.0.1:" + port);
    try (RealPrometheus prometheus = RealPrometheus.with(text, directory)) {
      Await.until(
          "scraped", SOON, () -> prometheus.values("bilgewatch_build_info").equals(List.of("1")));
    }
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private String status(int port, String... options) {
    return curl(port, concat(options, "--output", "/dev/null", "--write-out", "%{http_code}"));
  }

  private String curl(int port, String... options) {
    String url = "https://127.0.0.1:%d/metrics".formatted(port);
    String[] command =
        concat(
            new String[] {"curl", "--silent", "--cacert", directory.resolve("ca.pem").toString()},
            concat(options, url));
    try {
      Process process = new ProcessBuilder(command).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String[] concat(String[] first, String... second) {
    return Stream.of(first, second).flatMap(Arrays::stream).toArray(String[]::new);
  }
}
