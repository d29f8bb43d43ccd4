package io.bilgewatch.agent.web.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.Made;
import io.bilgewatch.agent.MadeView;
import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.history.Histories;
import io.bilgewatch.agent.history.SeriesKey;
import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.agent.web.Response;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.descriptor.DeletedFiles;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.overlay.Shortfall;
import io.bilgewatch.tmpfs.TmpfsUsage;
import io.bilgewatch.volume.VolumeUse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContainerPageTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final long SECOND = 1_000_000_000L;
  private static final String EVIL = "/<script>alert(1)</script>\"'";
  private static final ContainerPage.Sources NOTHING =
      new ContainerPage.Sources(_ -> Optional.empty(), _ -> Optional.empty(), NOW, 0);

  private static Container container(String name) {
    return Made.container(
        Path.of("/srv/docker"),
        true,
        "\"Name\":\"/%s\",\"Config\":{\"Image\":\"shop/web:7\",\"User\":\"1000\"}".formatted(name),
        Made.hostConfig("{}"));
  }

  private static ContainerView view(Reading<LayerUsage> layer, Reading<Boolean> check) {
    Map<HardeningCheck, Reading<Boolean>> checks = new EnumMap<>(HardeningCheck.class);
    for (HardeningCheck one : HardeningCheck.values()) {
      checks.put(one, check);
    }
    List<String> options = List.of("rw", "nosuid");
    return MadeView.of(container("web"))
        .rootReadOnly(Reading.of(false))
        .mounts(
            new WritableMount(KernelPath.of("/cache"), WritableMount.Kind.TMPFS, options),
            new WritableMount(KernelPath.of(EVIL), WritableMount.Kind.VOLUME, options))
        .layer(layer)
        .deletedFiles(new DeletedFiles(7 * Fleets.MIB, 3, 9))
        .logBytes(5 * Fleets.MIB)
        .tmpfs(
            new TmpfsUsage(
                KernelPath.of("/cache"),
                "0:7",
                Limit.bytes(64 * Fleets.MIB),
                OptionalLong.of(60 * Fleets.MIB),
                OptionalLong.empty(),
                OptionalLong.empty(),
                false,
                false))
        .memory(
            Reading.of(
                new MemoryUsage(
                    "/docker/web",
                    Limit.bytes(96 * Fleets.MIB),
                    80 * Fleets.MIB,
                    OptionalLong.of(60 * Fleets.MIB),
                    OptionalLong.of(70 * Fleets.MIB),
                    OptionalLong.empty(),
                    OptionalLong.of(2))))
        .risk(Reading.of(new TmpfsRisk(4 * Fleets.MIB, 2 * Fleets.MIB)))
        .hardening(checks)
        .make();
  }

  private static Reading<LayerUsage> layer(String directory) {
    return Reading.of(
        new LayerUsage(
            84 * Fleets.MIB,
            84 * Fleets.MIB,
            20,
            Optional.of(new LayerUsage.Changes(11, 2)),
            3,
            1,
            List.of(new LayerUsage.DirectoryUsage(KernelPath.of(directory), 80 * Fleets.MIB)),
            NOW.minusSeconds(4),
            NOW,
            true,
            Duration.ZERO,
            true));
  }

  private static HostView host(ContainerView container) {
    return HostView.read(
        NOW.minusSeconds(2),
        List.of(container),
        Map.of(),
        Map.of(),
        List.of(),
        Reading.missing(Cause.PENDING, "not read yet"),
        Reading.missing(Cause.PENDING, "not read yet"),
        Events.NONE,
        List.of());
  }

  private static String page(ContainerView container, ContainerPage.Sources sources)
      throws IOException {
    Response response = ContainerPage.render(Optional.of(host(container)), "web", sources);
    assertEquals(200, response.status());
    return text(response);
  }

  private static String text(Response response) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    response.body().writeTo(body);
    return body.toString(StandardCharsets.UTF_8);
  }

  @Test
  void tellsAllThatIsKnown() throws IOException {
    String page = page(view(layer("/var/cache"), Reading.of(true)), NOTHING);
    for (String known :
        List.of(
            "<title>web · Bilgewatch</title>",
            "shop/web:7",
            "<b>84.0 MiB</b>",
            "11 created, 2 changed, 3 deleted, 1 executable. Read 4s ago.",
            "/var/cache",
            "<b>60.0 MiB</b>",
            "nobody set a size",
            "Filling it ends in an OOM kill.",
            "2 OOM kills",
            "7.0 MiB in 3 files",
            "13 of 13",
            "Figures of 2s ago",
            "href=\"/api/v1/containers/")) {
      assertTrue(page.contains(known), () -> known + " is not in " + page);
    }
  }

  @Test
  void nothingThatAContainerChoosesIsMarkup() throws IOException {
    String page = page(view(layer(EVIL), Reading.missing(Cause.FAILED, EVIL)), NOTHING);
    assertEquals(1, page.split("<script", -1).length - 1, "its own");
    assertTrue(page.contains("/&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;"), page);
    assertTrue(page.contains("? unknown"), page);
  }

  @Test
  void aLayerThatCanNotBeReadSaysWhy() throws IOException {
    String page =
        page(
            view(Reading.missing(Cause.NOT_PERMITTED, "EACCES: upper"), Reading.of(false)),
            NOTHING);
    assertTrue(page.contains("unknown: EACCES: upper"), page);
    assertTrue(page.contains("<li>layer: EACCES: upper</li>"), page);
    assertFalse(page.contains("<b>0 B</b>"), page);
  }

  @Test
  void oneThatIsNotThereIsNotFound() throws IOException {
    HostView host = host(view(layer("/"), Reading.of(true)));
    Response gone = ContainerPage.render(Optional.of(host), "<b>gone", NOTHING);
    assertEquals(404, gone.status());
    assertTrue(text(gone).contains("no container &lt;b&gt;gone on this host"), text(gone));
    assertTrue(text(gone).contains("<a href=\"/\">All containers</a>"));
    assertEquals(503, ContainerPage.render(Optional.empty(), "web", NOTHING).status());
  }

  @ParameterizedTest
  @EnumSource
  void eachCheckSaysWhatItAsksAndWhatToDo(HardeningCheck check) {
    String failed = Hardening.html(Map.of(check, Reading.of(false)));
    assertTrue(
        Pattern.compile(
                "fail</span></span><div><p><b>"
                    + check.label()
                    + "</b> [A-Z][^<]+\\.</p>"
                    + "<p class=\"dim\">[A-Z\\w][^<]+\\.</p>")
            .matcher(failed)
            .find(),
        failed);
    String none = Hardening.html(Map.of(check, Reading.notApplicable("it does not run")));
    assertTrue(none.contains("n/a") && none.contains("it does not run"), none);
  }

  @Test
  void drawsWhatIsRememberedAndSaysItInWords() throws IOException {
    Histories histories = new Histories(Duration.ofMinutes(10), Duration.ofHours(6), 3);
    ContainerView container = view(layer("/var"), Reading.of(true));
    for (int t = 0; t < 60; t++) {
      histories.add(SeriesKey.layer(container.id()), t * SECOND, t * Fleets.MIB);
    }
    ContainerPage.Sources sources =
        new ContainerPage.Sources(histories::points, _ -> Optional.empty(), NOW, 60 * SECOND);
    String page = page(container, sources);
    assertTrue(page.contains("<title id=\"layer-t\">Writable layer</title>"), page);
    assertTrue(
        page.contains(
            "From 0 B, 1m 0s ago, to 59.0 MiB now; never less than 0 B or more than 59.0 MiB."),
        page);
    assertTrue(page.contains("<path class=\"trace\" d=\"M0 56L5 "), page);
    assertTrue(page.contains("L295 4H300\"/>"), page);
  }

  @Test
  void showsWhatAVolumeHoldsAndThatItIsNotAll() throws IOException {
    VolumeUse use =
        new VolumeUse(
            3 * Fleets.MIB,
            1234,
            NOW.minusSeconds(90),
            Optional.empty(),
            List.of(),
            Optional.of(Shortfall.OUT_OF_TIME));
    String page = pageOfVolume(Reading.of(use));
    assertTrue(page.contains("at least <b>3.0 MiB</b> "), page);
    assertTrue(page.contains("in 1234 entries, last change 1m 30s ago"), page);
    assertTrue(page.contains("not all was read: out of time"), page);
  }

  @Test
  void saysWhyAVolumeWasNotRead() throws IOException {
    String page = pageOfVolume(Reading.missing(Reading.Cause.STUCK, "it <hangs>"));
    assertTrue(page.contains("<span class=\"unknown\">unknown: it &lt;hangs&gt;</span>"), page);
    assertFalse(page.contains("0 entries"), page);
  }

  private static String pageOfVolume(Reading<VolumeUse> use) throws IOException {
    Proposed proposed = new Proposed("", List.of(), List.of(), Map.of(KernelPath.of(EVIL), use));
    return page(
        view(layer("/var"), Reading.of(true)),
        new ContainerPage.Sources(_ -> Optional.empty(), _ -> Optional.of(proposed), NOW, 0));
  }

  @Test
  void showsAProposalWhereThereIsOne() throws IOException {
    Proposed proposed =
        new Proposed(
            "It can be sealed with these mounts.",
            List.of(
                new Proposed.Block(
                    "docker run", List.of("docker run --read-only \\", "  --tmpfs /tmp:<size>"))),
            List.of("/etc/motd: " + EVIL),
            Map.of());
    ContainerPage.Sources sources =
        new ContainerPage.Sources(_ -> Optional.empty(), _ -> Optional.of(proposed), NOW, 0);
    String page = page(view(layer("/var"), Reading.of(true)), sources);
    assertTrue(page.contains("It can be sealed with these mounts."), page);
    assertTrue(
        page.contains("docker run --read-only \\\n  --tmpfs /tmp:&lt;size&gt;</code></pre>"), page);
    assertEquals(1, page.split("<script", -1).length - 1, "its own");
    assertFalse(page(view(layer("/"), Reading.of(true)), NOTHING).contains("id=\"proposal\""));
  }
}
