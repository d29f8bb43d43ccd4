package io.bilgewatch.agent.web.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.rule.Severity;
import io.bilgewatch.agent.view.Contracts.Standing;
import io.bilgewatch.agent.web.Request;
import io.bilgewatch.agent.web.Response;
import io.bilgewatch.agent.web.page.StatusPage.Collector;
import io.bilgewatch.agent.web.page.StatusPage.Happening;
import io.bilgewatch.agent.web.page.StatusPage.Health;
import io.bilgewatch.agent.web.page.StatusPage.Warning;
import io.bilgewatch.agent.web.page.StatusPage.Whose;
import io.bilgewatch.agent.web.page.Vessel.Named;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LandingPageTest {
  private static final Pattern ROW = Pattern.compile("class=\"name\" href=\"[^\"]*\">([^<]*)</a>");

  private static String page(List<Vessel> vessels, String... query) {
    return LandingPage.html(Fleets.page(vessels), FleetQuery.of(request(query)));
  }

  private static Request request(String... query) {
    return new Request(
        "/",
        java.util.Arrays.stream(query)
            .map(one -> one.split("=", 2))
            .collect(java.util.stream.Collectors.toMap(p -> p[0], p -> List.of(p[1]))),
        Map.of());
  }

  private static List<String> names(String page) {
    return ROW.matcher(page).results().map((MatchResult found) -> found.group(1)).toList();
  }

  @Test
  void showsTheWorstFirstInHumanSizes() {
    String page = page(Fleets.five());
    assertEquals(List.of("risky", "grower", "hidden", "sealed", "sleeper"), names(page));
    assertTrue(page.contains("<b>900 MiB</b> <span class=\"dim of\">40.0 GiB free</span>"), page);
    assertTrue(page.contains("<b>200 MiB</b> <span class=\"dim of\">of 256 MiB</span>"), page);
    assertTrue(page.contains("killed before full (×4.0)"), page);
    assertTrue(page.contains("+2.0 MiB/s, OOM kill in 40s"), page);
    assertTrue(page.contains("+1.0 MiB/s, full in 11h 0m"), page);
    assertTrue(page.contains("up 3d 4h"), page);
    assertTrue(page.contains("/scratch above all"), page);
    assertTrue(page.contains("×17"), page);
    assertTrue(page.contains("<title>(2) Bilgewatch</title>"), page);
    assertTrue(page.contains("<b>18.0 GiB</b> left of 200 GiB"), page);
    assertTrue(page.contains("7 % of its inodes left"), page);
    assertTrue(page.contains("mostly grower (96 %)"), page);
  }

  /** In {@code target/}, to be looked at. */
  @Test
  void leavesPagesOfSmallAndLargeHosts() throws IOException {
    Path directory =
        Files.createDirectories(
            Path.of(System.getProperty("bilgewatch.root"), "agent", "target", "pages"));
    for (int count : List.of(0, 1, 12, 200)) {
      List<Vessel> vessels = new ArrayList<>(Fleets.many(count));
      if (count > 4) {
        vessels.addAll(Fleets.five());
      }
      Path file = directory.resolve(count + ".html");
      Files.writeString(file, page(vessels));
      assertTrue(Files.size(file) > 10_000);
    }
  }

  @Test
  void isSortedAsItIsAsked() {
    List<Vessel> five = Fleets.five();
    assertEquals(
        List.of("grower", "hidden", "risky", "sealed", "sleeper"), names(page(five, "sort=name")));
    assertEquals(
        List.of("sleeper", "sealed", "risky", "hidden", "grower"),
        names(page(five, "sort=name", "order=desc")));
    assertEquals("grower", names(page(five, "sort=layer")).getFirst());
    assertEquals("sealed", names(page(five, "sort=layer", "order=asc")).getFirst());
    for (String order : List.of("asc", "desc")) {
      assertEquals(
          "hidden",
          names(page(five, "sort=layer", "order=" + order)).getLast(),
          "what is not known is neither most nor least");
    }
    assertEquals("risky", names(page(five, "sort=worst", "order=desc")).getLast(), "turned");
    assertEquals("risky", names(page(five, "sort=nonsense", "order=nonsense")).getFirst());
  }

  @Test
  void aHeadSaysHowItIsSortedAndTurnsIt() {
    String page = page(Fleets.five(), "sort=layer", "state=running", "q=e&\"");
    assertFalse(page.contains("aria-sort="), "there is no table where nothing is found");
    page = page(Fleets.five(), "sort=layer", "state=running", "q=e");
    assertTrue(
        page.contains(
            "aria-sort=\"descending\"><a data-go href=\"/?q=e&amp;state=running&amp;sort=layer&amp;order=asc\">Layer"),
        page);
    assertTrue(page.contains("href=\"/?q=e&amp;state=running&amp;sort=tmpfs\">tmpfs"), page);
    assertEquals(1, page.split("aria-sort=", -1).length - 1);
  }

  @Test
  void showsThoseThatAreAskedFor() {
    List<Vessel> five = Fleets.five();
    assertEquals(List.of("risky", "grower"), names(page(five, "state=trouble")));
    assertEquals(List.of("sealed"), names(page(five, "state=sealed")));
    assertEquals(List.of("risky", "grower"), names(page(five, "state=writable")));
    assertEquals(List.of("hidden"), names(page(five, "state=unknown")));
    assertEquals(List.of("sleeper"), names(page(five, "state=stopped")));
    assertEquals(List.of("sleeper"), names(page(five, "q=SLEEP")));
    assertEquals(List.of("hidden"), names(page(five, "q=fffff")));
    assertEquals(List.of("risky"), names(page(five, "q=oomimminent")));
    assertEquals(5, names(page(five, "q=registry.example")).size());
    String none = page(five, "q=nowhere");
    assertTrue(none.contains("None of the 5 containers is like that."), none);
    assertTrue(none.contains("name=\"q\" id=\"q\" maxlength=\"100\" value=\"nowhere\""), none);
  }

  @Test
  void theNextToSealIsWhoWroteLeast() {
    Fleets.Made idle = new Fleets.Made("idle");
    idle.changes = OptionalLong.of(0);
    List<Vessel> all = List.of(Fleets.sealed(), Fleets.growing(), idle.vessel(), Fleets.hidden());
    assertEquals(List.of("idle"), names(page(all, "state=ready")));
    assertEquals(List.of("idle", "grower", "sealed", "hidden"), names(page(all, "sort=root")));
    assertTrue(page(all).contains("wrote nothing"));
  }

  @Test
  void whatIsMissingSaysWhyAndIsNoZero() {
    String page = page(List.of(Fleets.hidden()));
    assertTrue(page.contains("<span class=\"unknown\">unknown: permission denied: upper</span>"));
    assertTrue(page.contains("<span class=\"sr\">no tmpfs here</span>"), page);
    assertTrue(page.contains("<span class=\"unknown\">unknown: not measured yet</span>"), page);
    assertTrue(page.contains("unknown: memory.max"), page);
    assertFalse(page.contains("<b>0 B<"), page);
  }

  @Test
  void aContractHasAColumnWhereThereIsOne() {
    assertFalse(page(List.of(Fleets.growing())).contains("data-label=\"Contract\""));
    Fleets.Made broken = new Fleets.Made("broken");
    broken.contract = new Standing.Violated(3);
    String page = page(List.of(broken.vessel(), Fleets.sealed(), Fleets.growing()));
    assertTrue(page.contains("violated ×3"), page);
    assertTrue(page.contains("</span> kept</span>"), page);
    assertTrue(page.contains("no contract"), page);
    assertEquals(Vessel.Condition.WARNING, broken.vessel().condition());
    assertEquals(
        List.of("broken"),
        names(page(List.of(broken.vessel(), Fleets.sealed()), "state=violated")));
  }

  @Test
  void aQuotaBoundsALayerBeforeTheDiskDoes() {
    Fleets.Made made = new Fleets.Made("bounded");
    made.room = Reading.of(new Vessel.Room(4 * Fleets.MIB, OptionalLong.of(88 * Fleets.MIB)));
    String page = page(List.of(made.vessel()));
    assertTrue(page.contains("of 88.0 MiB quota"), page);
    assertTrue(page.contains("class=\"bar bad\""), "84 of 88 MiB");
    assertEquals(Vessel.Condition.AT_RISK, made.vessel().condition());
  }

  @Test
  void nothingThatAContainerChoosesIsMarkup() {
    String evil = "</b><script>alert('1')</script>\"&\u202e\n";
    Warning warning =
        new Warning(
            evil,
            evil,
            Severity.CRITICAL,
            true,
            Duration.ZERO,
            evil,
            evil,
            Optional.of(new Whose(evil, Optional.of(evil))));
    Happening happening =
        new Happening(
            Duration.ZERO, new Whose(evil, Optional.of(evil)), evil, Health.BAD, evil, 2, true);
    Reading<Long> missing = Reading.missing(Cause.FAILED, evil);
    Vessel vessel =
        new Vessel(
            new Named(evil, evil, evil),
            evil,
            "running",
            true,
            Reading.missing(Cause.NOT_APPLICABLE, evil),
            new Vessel.Layer(
                missing,
                OptionalLong.empty(),
                Reading.missing(Cause.FAILED, evil),
                Reading.<Growth>missing(Cause.FAILED, evil),
                OptionalDouble.empty()),
            new Vessel.Tmpfs(
                Reading.missing(Cause.FAILED, evil),
                Reading.missing(Cause.FAILED, evil),
                0,
                OptionalDouble.empty(),
                OptionalDouble.empty()),
            missing,
            Reading.missing(Cause.FAILED, evil),
            new Vessel.Checks(0, 0),
            new Standing.Unknown(evil),
            List.of(evil),
            List.of(warning),
            Optional.of(happening));
    StatusPage evilPage =
        new StatusPage(
            evil,
            Duration.ZERO,
            Optional.of(Duration.ZERO),
            Optional.of(evil),
            Optional.of(List.of(warning)),
            List.of(vessel),
            List.of(),
            List.of(happening),
            List.of(new Collector(evil, Health.BAD, evil, Optional.empty())));
    String page = LandingPage.html(evilPage, FleetQuery.of(request("q=" + evil)));
    String shown = LandingPage.html(evilPage, FleetQuery.ALL);
    assertEquals(1, page.split("<script", -1).length - 1, "its own");
    assertEquals(1, shown.split("<script", -1).length - 1, "its own");
    assertFalse((page + shown).contains("alert('"));
    assertFalse((page + shown).contains("\u202e"));
    assertTrue(
        shown.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;\\u202E"), shown);
  }

  @Test
  void aNameOfAMegabyteIsCutOff() {
    String page = page(List.of(new Fleets.Made("x".repeat(1 << 20)).vessel()));
    assertTrue(page.length() < 100_000, () -> "it has " + page.length() + " characters");
  }

  @Test
  void itsPolicyAllowsItsOwnStyleAndScriptAndNothingElse() throws Exception {
    Response response = LandingPage.render(Fleets.page(Fleets.five()), request());
    String page = text(response);
    String policy = response.headers().get("Content-Security-Policy");
    assertTrue(policy.startsWith("default-src 'none';"));
    assertTrue(policy.contains("style-src 'sha256-" + hash(page, "style") + "';"), policy);
    assertTrue(policy.contains("script-src 'sha256-" + hash(page, "script") + "';"), policy);
    assertFalse(policy.contains("unsafe"), policy);
    assertFalse(page.contains("style=\""), "an attribute that the policy forbids");
    assertFalse(Pattern.compile("<[^>]* on[a-z]+=").matcher(page).find(), "a handler");
    assertFalse(page.contains("://"), "nothing comes from elsewhere");
    assertTrue(page.contains("<noscript><meta http-equiv=\"refresh\" content=\"15\"></noscript>"));
  }

  private static String text(Response response) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    response.body().writeTo(body);
    return body.toString(StandardCharsets.UTF_8);
  }

  private static String hash(String page, String element) throws Exception {
    String begin = "<" + element + ">";
    String text =
        page.substring(page.indexOf(begin) + begin.length(), page.indexOf("</" + element + ">"));
    return Base64.getEncoder()
        .encodeToString(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aHostWithoutContainersSaysSo() {
    StatusPage empty =
        new StatusPage(
            "1",
            Duration.ZERO,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    String page = LandingPage.html(empty, FleetQuery.ALL);
    assertTrue(page.contains("No containers."));
    assertFalse(page.contains("Nothing fires."), "nobody looked");
  }

  @Test
  void whatFiresStandsFirstWithItsRunbook() {
    String page = page(Fleets.five());
    int alert = page.indexOf("<a href=\"/runbooks/TmpfsOomImminent\">Runbook");
    assertTrue(alert > 0 && alert < page.indexOf("<h2 id=\"containers\""), page);
    assertTrue(page.contains("firing for 12s"), page);
    assertTrue(page.contains("risky: /cache grows 2.0 MiB/s; OOM kill in about 40s"), page);
  }

  @Test
  void aFewAlertsStandOpenAndTheOthersAreFolded() {
    String page = page(Fleets.many(400));
    int alerts = page.split("<li id=\"a-", -1).length - 1;
    assertTrue(alerts > 7, () -> alerts + " alerts");
    assertTrue(page.contains("<summary>" + (alerts - 5) + " more</summary>"), page);
    List<Vessel> withOneWorse = new ArrayList<>(Fleets.many(400));
    withOneWorse.add(Fleets.sinking());
    page = page(withOneWorse);
    assertTrue(
        page.indexOf("TmpfsOomImminent-risky") < page.indexOf("WritableLayerGrowing-"), page);
  }

  @Test
  void ofVeryManyTheFirstAreShownAndAllOnDemand() {
    List<Vessel> many = Fleets.many(500);
    String page = page(many);
    assertEquals(Fleet.MOST, names(page).size());
    assertTrue(page.contains("href=\"/?show=all\">Show all 500</a>"), page);
    String all = page(many, "show=all");
    assertEquals(500, names(all).size());
    assertTrue(page.length() < 400_000, () -> "100 take " + page.length());
    assertTrue(all.length() < 1_500_000, () -> "500 take " + all.length());
  }
}
