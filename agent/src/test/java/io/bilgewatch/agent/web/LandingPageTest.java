package io.bilgewatch.agent.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.web.StatusPage.Collector;
import io.bilgewatch.agent.web.StatusPage.Happening;
import io.bilgewatch.agent.web.StatusPage.Health;
import io.bilgewatch.agent.web.StatusPage.Row;
import io.bilgewatch.agent.web.StatusPage.Space;
import io.bilgewatch.agent.web.StatusPage.Warning;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LandingPageTest {
  private static final long MIB = 1024 * 1024;

  /** Also leaves the page in {@code target/}, to be looked at. */
  @Test
  void showsTheWorstFirstInHumanSizes() throws Exception {
    String page = LandingPage.html(sample());
    Files.writeString(
        Path.of(System.getProperty("bilgewatch.root"), "agent", "target", "landing-page.html"),
        page);
    assertOrder(page, "risky", "grower", "sealed", "hidden", "sleeper");
    assertOrder(page, "layers", "kernel log", "inventory");
    assertTrue(page.contains("84.0 MiB"), page);
    assertTrue(page.contains("32.0 MiB of 256 MiB"), page);
    assertTrue(page.contains("1 can be OOM-killed by a full tmpfs"), page);
    assertTrue(page.contains("up 3d 4h"), page);
    assertTrue(page.contains("/scratch above all"), page);
    assertTrue(page.contains("×17"), page);
    assertTrue(page.contains(">0123456789ab<"), page);
  }

  @Test
  void whatIsMissingSaysWhyAndIsNoZero() {
    String page = LandingPage.html(sample());
    assertTrue(page.contains("title=\"permission denied: upper\">unknown</span>"), page);
    assertTrue(page.contains("title=\"no tmpfs\">–</span>"), page);
    assertTrue(page.contains("title=\"stopped\">–</span></div>"), page);
    assertFalse(page.contains(">0 B<"), page);
  }

  @Test
  void nothingThatAContainerChoosesIsMarkup() {
    String evil = "</b><script>alert('1')</script>\"&\u202e\n";
    Row row =
        new Row(
            evil,
            evil,
            evil,
            true,
            Reading.missing(Cause.FAILED, evil),
            Reading.missing(Cause.FAILED, evil),
            Reading.missing(Cause.FAILED, evil),
            Reading.missing(Cause.FAILED, evil),
            Reading.missing(Cause.FAILED, evil),
            Reading.missing(Cause.FAILED, evil));
    Collector collector = new Collector(evil, Health.BAD, evil, Optional.empty());
    String page =
        LandingPage.html(
            new StatusPage(
                evil,
                Duration.ZERO,
                Optional.of(evil),
                Optional.of(
                    List.of(new Warning(evil, evil, Health.BAD, true, Duration.ZERO, evil, evil))),
                List.of(row),
                List.of(new Happening(Duration.ZERO, evil, evil, Health.BAD, evil, 2, true)),
                List.of(collector)));
    assertFalse(page.contains("<script"), page);
    assertFalse(page.contains("alert('"), page);
    assertFalse(page.contains("\u202e"), page);
    assertTrue(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;\\u202E"));
  }

  @Test
  void itsPolicyAllowsItsOwnStyleAndNothingElse() throws Exception {
    Response response = LandingPage.render(sample());
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    response.body().writeTo(body);
    String page = body.toString(StandardCharsets.UTF_8);
    String style =
        page.substring(page.indexOf("<style>") + "<style>".length(), page.indexOf("</style>"));
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
    String policy = response.headers().get("Content-Security-Policy");
    assertTrue(
        policy.contains("style-src 'sha256-" + Base64.getEncoder().encodeToString(hash) + "'"));
    assertTrue(policy.startsWith("default-src 'none';"));
    assertFalse(page.contains("style=\""), "an attribute that the policy forbids");
    assertFalse(page.contains("://"), "nothing comes from elsewhere");
  }

  @Test
  void aHostWithoutContainersSaysSo() {
    StatusPage empty =
        new StatusPage(
            "1",
            Duration.ZERO,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of());
    assertTrue(LandingPage.html(empty).contains("No containers."));
    assertFalse(LandingPage.html(empty).contains("Nothing fires."), "nobody looked");
  }

  @Test
  void whatFiresStandsFirstWithItsRunbook() {
    String page = LandingPage.html(sample());
    int alert = page.indexOf("<a class=\"name\" href=\"/runbooks/TmpfsOomImminent\">");
    assertTrue(alert > 0 && alert < page.indexOf("<h2>Containers"), page);
    assertTrue(page.contains("firing for 12s"), page);
    assertTrue(page.contains("risky: /cache grows 2.0 MiB/s; OOM kill in about 40s"), page);
  }

  private static void assertOrder(String page, String... names) {
    int at = page.indexOf("<tbody>", page.indexOf("<h2>Containers"));
    for (String name : names) {
      int next = page.indexOf("<b>" + name + "</b>", at);
      assertTrue(next > 0, name + " is not where it belongs");
      at = next;
    }
    assertEquals(at, page.lastIndexOf("<b>" + names[names.length - 1] + "</b>"));
  }

  private static StatusPage sample() {
    return new StatusPage(
        "0.1.0",
        Duration.ofHours(76),
        Optional.of("The kernel log can't be read: OOM kills are not counted."),
        Optional.of(
            List.of(
                new Warning(
                    "TmpfsOomImminent",
                    "critical",
                    Health.BAD,
                    true,
                    Duration.ofSeconds(12),
                    "risky: /cache grows 2.0 MiB/s; OOM kill in about 40s",
                    "Give it a size."))),
        List.of(
            row("sleeper", "exited", false, false, 900 * MIB, Optional.empty(), Optional.empty()),
            row("sealed", "running", true, true, 4096, Optional.of(0.4), Optional.of(64 * MIB)),
            row("risky", "running", true, true, 4096, Optional.of(3.8), Optional.of(96 * MIB)),
            row("grower", "running", true, false, 84 * MIB, Optional.empty(), Optional.empty()),
            new Row(
                "hidden",
                "ffffffffffffffff",
                "running",
                true,
                Reading.missing(Cause.PENDING, "not measured yet"),
                Reading.missing(Cause.NOT_PERMITTED, "permission denied: upper"),
                Reading.notApplicable("no tmpfs"),
                Reading.notApplicable("no tmpfs"),
                Reading.of(3 * MIB),
                Reading.missing(Cause.MALFORMED, "memory.max"))),
        List.of(
            new Happening(
                Duration.ofSeconds(12),
                "risky",
                "OOM kill",
                Health.BAD,
                "OOM kill of dd (pid 4711): tmpfs held most of the memory, /scratch above all",
                1,
                false),
            new Happening(
                Duration.ofMinutes(4),
                "sealed",
                "write failure",
                Health.LIMITED,
                "/var/cache/app: EROFS told by python (its log)",
                17,
                false)),
        List.of(
            new Collector(
                "inventory", Health.GOOD, "collected", Optional.of(Duration.ofSeconds(2))),
            new Collector("layers", Health.BAD, "failed: EIO", Optional.empty()),
            new Collector(
                "kernel log",
                Health.LIMITED,
                "unsupported: needs CAP_SYSLOG",
                Optional.of(Duration.ofMinutes(61)))));
  }

  private static Row row(
      String name,
      String state,
      boolean running,
      boolean readOnly,
      long layer,
      Optional<Double> risk,
      Optional<Long> limit) {
    Reading<Double> oomRisk =
        risk.map(Reading::of).orElseGet(() -> Reading.notApplicable("no tmpfs"));
    return new Row(
        name,
        "0123456789abcdef",
        state,
        running,
        Reading.of(readOnly),
        Reading.of(layer),
        risk.isPresent()
            ? Reading.of(new Space(32 * MIB, 256 * MIB))
            : Reading.notApplicable("no tmpfs"),
        oomRisk,
        running ? Reading.of(48 * MIB) : Reading.notApplicable("stopped"),
        Reading.of(limit.map(Limit::bytes).orElseGet(Limit::unlimited)));
  }
}
