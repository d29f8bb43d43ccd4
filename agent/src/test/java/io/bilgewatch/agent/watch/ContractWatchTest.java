package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.Made;
import io.bilgewatch.agent.MadeView;
import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.event.HostEvent;
import io.bilgewatch.agent.event.HostEvent.WriteFailed;
import io.bilgewatch.agent.event.HostEvent.WriteSource;
import io.bilgewatch.agent.event.LoggedEvent;
import io.bilgewatch.agent.event.Whose;
import io.bilgewatch.agent.rule.ContractRule;
import io.bilgewatch.agent.view.CollectorStatus.Outcome;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Contracts;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.Contracts.Violation;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.ProcessUser;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.kernel.WriteErrno;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractWatchTest {
  private static final String CONTRACT =
      """
      contract: 1
      name: made
      applies-to: {container: made}
      writable:
        - {path: /run, kind: tmpfs, size: 1MiB, why: PID file}
      """;

  private static final long SECOND = 1_000_000_000L;

  @TempDir Path folder;

  private final List<String> told = new ArrayList<>();
  private final Container container =
      Made.container(Path.of("/d"), true, "", Reading.notApplicable("-"));
  private final Reading<List<WritableMount>> mounts =
      Reading.of(
          List.of(new WritableMount(KernelPath.of("/run"), WritableMount.Kind.TMPFS, List.of())));
  private Reading<Boolean> readOnly = Reading.of(true);
  private final ProcessUser user = new ProcessUser(7, OptionalInt.of(7));
  private long used;
  private List<LoggedEvent> recent = List.of();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private long nanos = SECOND;
  private ContractWatch watch;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("made.yml"), CONTRACT);
    watch = new ContractWatch(folder, true, () -> now, this::note, () -> {});
    watch.look(nanos, Map.of());
  }

  @AfterEach
  void end() {
    watch.close();
  }

  @Test
  void whatDidNotChangeIsTheVerySame() {
    Contracts first = next();
    used++;
    assertSame(first, next(), "what is used of a tmpfs is no contract's business");
    readOnly = Reading.of(false);
    Contracts broken = next();
    assertEquals(List.of("root_writable"), rules(broken));
    assertSame(broken, next());
    assertEquals(List.of("broken: root_writable: declared root: read-only, found writable"), told);
    readOnly = Reading.of(true);
    assertEquals(List.of(), rules(next()));
    assertEquals(1, told.size(), "its layer is not known, so nobody can say that it is over");
    readOnly = Reading.of(false);
    next();
    assertEquals(1, told.size(), "it goes on, and does not begin again");
  }

  @Test
  void aFailureIsForgottenAfterAQuarterOfAnHour() {
    recent =
        List.of(
            new LoggedEvent(
                new WriteFailed(
                    now,
                    new Whose.Container(container.id(), "made"),
                    Optional.of(WriteErrno.ENOSPC),
                    Optional.of("/run/app.pid"),
                    "sh",
                    WriteSource.LOG),
                false,
                1,
                now));
    assertEquals(List.of("write_failed /run"), rules(next()));
    now = now.plusSeconds(14 * 60);
    assertEquals(List.of("write_failed /run"), rules(next()));
    now = now.plusSeconds(61);
    assertEquals(List.of(), rules(next()));
  }

  @Test
  void aFileThatChangesIsReadAgainAndABrokenOneIsTold() throws IOException {
    assertEquals(List.of(), rules(next()));
    Files.writeString(folder.resolve("made.yml"), CONTRACT.replace("1MiB", "4KiB"));
    look();
    assertEquals(List.of("tmpfs_larger /run"), rules(next()));
    Files.writeString(folder.resolve("made.yml"), CONTRACT.replace("name:", "nmae:"));
    look();
    assertEquals(List.of("tmpfs_larger /run"), rules(next()), "the one of before stands");
    assertEquals(Outcome.FAILED, watch.statuses().getFirst().outcome());
    assertTrue(watch.statuses().getFirst().detail().contains("made.yml:2:1: unknown key \"nmae\""));
    Files.delete(folder.resolve("made.yml"));
    look();
    assertEquals(Map.of(), next().verdicts());
    assertEquals(Outcome.COLLECTED, watch.statuses().getFirst().outcome());
  }

  @Test
  void namesThatAContainerChoseCanBeHidden() {
    Violation one = new Violation(ContractRule.WRITE_UNDECLARED, "/secret", "-", "/secret");
    Violation two = new Violation(ContractRule.WRITE_UNDECLARED, "/other", "-", "/other");
    Violation never = new Violation(ContractRule.NEVER_WRITABLE, "/etc", "-", "written: /etc/me");
    Verdict hidden = HiddenPaths.of(new Verdict("a", "a.yml", List.of(one, two, never), List.of()));
    assertEquals(2, hidden.violations().size());
    assertTrue(!hidden.toString().contains("secret") && !hidden.toString().contains("/etc/me"));
  }

  private void note(HostEvent event) {
    told.add(event.text());
  }

  private void look() {
    nanos += 10 * SECOND;
    watch.look(nanos, Map.of());
  }

  private static List<String> rules(Contracts contracts) {
    return contracts.verdicts().values().stream()
        .flatMap(List::stream)
        .flatMap(verdict -> verdict.violations().stream())
        .map(one -> (one.rule().label() + " " + one.path()).strip())
        .toList();
  }

  private Contracts next() {
    ContainerView view =
        MadeView.of(container)
            .rootReadOnly(readOnly)
            .mounts(mounts)
            .layer(Reading.missing(Cause.PENDING, "not measured yet"))
            .tmpfs(
                new TmpfsUsage(
                    KernelPath.of("/run"),
                    "0:1",
                    new Limit.Bytes(1 << 20),
                    OptionalLong.of(used),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    true,
                    false))
            .user(user)
            .make();
    HostView host =
        HostView.read(
            now,
            List.of(view),
            Map.of(),
            Map.of(),
            List.of(),
            Reading.notApplicable("-"),
            Reading.notApplicable("-"),
            new Events(List.of(), recent, List.of(), Map.of(), Map.of(), Map.of(), List.of()),
            List.of());
    return watch.of(host).contracts();
  }
}
