package io.bilgewatch.agent.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.TmpfsSpace;
import io.bilgewatch.agent.web.page.StatusPages;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.DockerJson;
import io.bilgewatch.docker.Inventory;
import io.bilgewatch.host.HostMemory;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.process.ProcessIdentity;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What must not look healthy. */
class ViewComposerTest {
  private static final long MIB = 1 << 20;
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final Reading<List<Reading<TmpfsUsage>>> ONE_TMPFS =
      Reading.of(List.of(Reading.of(tmpfs())));

  @Test
  void aContainerThatWaitsForItsRestartDoesNotRun() throws Malformed {
    assertTrue(view(4711, ONE_TMPFS, unlimited()).running());
    ContainerView waiting = view(0, ONE_TMPFS, unlimited());
    assertFalse(waiting.running());
    assertFalse(waiting.tmpfs().isPresent());
  }

  @Test
  void aLimitWhoseRoomIsNotToldIsNotTakenForNone() throws Malformed {
    MemoryUsage untold =
        new MemoryUsage(
            "/docker/x",
            Limit.bytes(64 * MIB),
            MIB,
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());
    assertEquals(
        1024 * MIB, view(4711, ONE_TMPFS, unlimited()).risk().optional().get().headroomBytes());
    assertFalse(view(4711, ONE_TMPFS, untold).risk().isPresent());
  }

  @Test
  void theHostsRiskIsUnknownWhereAContainersTmpfsIs() throws Malformed {
    assertTrue(host(4711, ONE_TMPFS, unlimited()).risk().isPresent());
    assertFalse(host(4711, Reading.missing(Cause.STUCK, "hangs"), unlimited()).risk().isPresent());
    assertTrue(
        host(4711, Reading.missing(Cause.VANISHED, "ended"), unlimited()).risk().isPresent());
  }

  @Test
  void aSumOfTmpfsIsToldWholeOrNotAtAll() throws Malformed {
    assertEquals(
        Reading.of(new TmpfsSpace(0, 16 * MIB, true)),
        view(4711, ONE_TMPFS, unlimited()).tmpfsSpace());
    TmpfsUsage unlimited =
        new TmpfsUsage(
            KernelPath.of("/x"),
            "0:10",
            Limit.unlimited(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            false,
            false);
    for (Reading<TmpfsUsage> untold :
        List.of(ViewComposerTest.<TmpfsUsage>no(), Reading.of(unlimited))) {
      Reading<List<Reading<TmpfsUsage>>> both = Reading.of(List.of(Reading.of(tmpfs()), untold));
      assertFalse(view(4711, both, unlimited()).tmpfsSpace().isPresent());
    }
  }

  @Test
  void thePageSaysThatItsFiguresAreOld() throws Malformed {
    Optional<HostView> view = Optional.of(host(4711, ONE_TMPFS, unlimited()));
    Instant later = Instant.EPOCH.plusSeconds(75);
    assertTrue(
        StatusPages.of("1", Duration.ZERO, view, later)
            .notice()
            .orElseThrow()
            .contains("1m 15s old"));
  }

  @Test
  void aReadOnlyFileSystemIsNoPlaceToWriteTo() throws Malformed {
    String table =
        """
        1 0 0:1 / / rw - overlay overlay rw
        2 1 0:2 / /disc rw - iso9660 /dev/sr0 ro
        3 1 0:3 / /data rw - ext4 /dev/sda1 rw
        """;
    assertEquals(
        List.of("/data"),
        WritableMounts.of(MountTable.parse(table.getBytes(UTF_8)), container(4711).state()).stream()
            .map(mount -> mount.path().toString())
            .toList());
  }

  private static ContainerView view(
      int pid, Reading<List<Reading<TmpfsUsage>>> tmpfs, MemoryUsage memory) throws Malformed {
    return host(pid, tmpfs, memory).containers().getFirst();
  }

  private static HostView host(
      int pid, Reading<List<Reading<TmpfsUsage>>> tmpfs, MemoryUsage memory) throws Malformed {
    Readings readings =
        new Readings(
            new Inventory(List.of(container(pid)), Map.of(), Map.of()),
            pid > 0 ? Map.of(ID, Reading.of(facts(pid))) : Map.of(),
            Map.of(ID, tmpfs),
            Map.of(ID, Reading.of(memory)),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            List.of(),
            Reading.of(new HostMemory(2048 * MIB, 1024 * MIB, 0)),
            Reading.of(List.of()));
    return new ViewComposer(readings).compose(Instant.EPOCH, Events.NONE, List.of());
  }

  private static Container container(int pid) throws Malformed {
    String state =
        """
        {"ID":"%s","Name":"/web","State":{"Running":true,"Restarting":%b,"Pid":%d}}
        """
            .formatted(ID, pid == 0, pid);
    return new Container(
        DockerJson.containerState("test", state.getBytes(UTF_8)),
        no(),
        Path.of("/var/lib/docker"),
        Path.of("/var/lib/docker/containers", ID));
  }

  private static ProcessFacts facts(int pid) {
    return new ProcessFacts(new ProcessIdentity(pid, 1), no(), no(), no(), no(), no(), no());
  }

  private static <T> Reading<T> no() {
    return Reading.missing(Cause.NOT_PERMITTED, "not of interest here");
  }

  private static MemoryUsage unlimited() {
    return new MemoryUsage(
        "/docker/x",
        Limit.unlimited(),
        MIB,
        OptionalLong.of(0),
        OptionalLong.of(MIB),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  private static TmpfsUsage tmpfs() {
    return new TmpfsUsage(
        KernelPath.of("/tmp"),
        "0:9",
        Limit.bytes(16 * MIB),
        OptionalLong.of(0),
        OptionalLong.empty(),
        OptionalLong.empty(),
        true,
        false);
  }
}
