package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.Made;
import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.Inventory;
import io.bilgewatch.host.HostMemory;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.process.ProcessIdentity;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** From readings to the view: what is missing takes away no more than what needs it. */
class MissingReadingsTest {
  private static final Path ROOT = Path.of("/srv/docker");
  private static final long MIB = 1 << 20;

  private Container container = Made.container(ROOT, true, "", Made.hostConfig("{}"));
  private Reading<ProcessFacts> process = Reading.of(facts());
  private Reading<List<Reading<TmpfsUsage>>> tmpfs = Reading.of(List.of(tmpfs("0:50", 64)));
  private Reading<MemoryUsage> memory = Reading.of(memory(OptionalLong.of(32 * MIB)));
  private Reading<HostMemory> hostMemory = Reading.of(new HostMemory(1 << 30, 512 * MIB, 0));
  private Reading<List<Reading<TmpfsUsage>>> hostTmpfs = Reading.of(List.of());

  @Test
  void whatWasReadIsThere() {
    ContainerView view = view();
    assertTrue(view.running());
    assertEquals(Reading.of(true), view.rootReadOnly());
    assertEquals(2.0, view.risk().optional().orElseThrow().ratio());
    assertEquals(Cause.PENDING, cause(view.layer()));
  }

  @Test
  void aStoppedContainerHasNothingOfTheKernels() {
    container = Made.container(ROOT, false, "", Made.hostConfig("{}"));
    ContainerView view = view();
    assertFalse(view.running());
    assertEquals(Cause.NOT_APPLICABLE, cause(view.rootReadOnly()));
    assertEquals(Cause.NOT_APPLICABLE, cause(view.tmpfs()));
    assertEquals(Cause.NOT_APPLICABLE, cause(view.memory()));
    assertEquals(Cause.NOT_APPLICABLE, cause(view.risk()));
  }

  /** An engine that was killed leaves files that say so for ever. */
  @Test
  void oneThatSaysThatItRunsAndWhoseProcessHasGoneDoesNot() {
    process = Reading.missing(Cause.VANISHED, "process 4242 is not the container's");
    assertFalse(view().running());
    assertEquals(Cause.VANISHED, cause(view().memory()));
  }

  @Test
  void oneWhoseProcessCantBeReadRunsAndSaysWhatIsMissing() {
    process = Reading.missing(Cause.STUCK, "no answer for 3 s");
    ContainerView view = view();
    assertTrue(view.running());
    for (String reading : List.of("mounts", "posture", "tmpfs", "memory")) {
      assertEquals(Cause.STUCK, cause(view.readings().get(reading)), reading);
    }
    assertEquals(Cause.STUCK, cause(view.hardening().get(HardeningCheck.USER_NONROOT)));
    assertEquals(
        Reading.of(true), view.hardening().get(HardeningCheck.NOT_PRIVILEGED), "Docker knows it");
  }

  @Test
  void theTighterOfCgroupAndHostCounts() {
    hostMemory = Reading.of(new HostMemory(1 << 30, 8 * MIB, 8 * MIB));
    assertEquals(4.0, view().risk().optional().orElseThrow().ratio());
    memory = Reading.of(memory(OptionalLong.empty()));
    assertEquals(4.0, view().risk().optional().orElseThrow().ratio());
  }

  @Test
  void theRiskNeedsAllItsParts() {
    hostMemory = Reading.missing(Cause.FAILED, "no meminfo");
    assertEquals(Cause.FAILED, cause(view().risk()));
    assertTrue(view().memory().isPresent());
    hostMemory = Reading.of(new HostMemory(1 << 30, 512 * MIB, 0));
    tmpfs = Reading.of(List.of(tmpfs("0:50", 64), Reading.missing(Cause.NOT_PERMITTED, "no")));
    assertEquals(Cause.NOT_PERMITTED, cause(view().risk()));
    assertEquals(1, view().tmpfsRead().size(), "the one that could be read stays");
    assertEquals(Cause.NOT_PERMITTED, cause(view().readings().get("tmpfs")));
  }

  @Test
  void theHostsRiskIsThatOfAllItsTmpfsTogether() {
    hostTmpfs = Reading.of(List.of(tmpfs("0:20", 192), tmpfs("0:50", 64)));
    TmpfsRisk risk = host().risk().optional().orElseThrow();
    assertEquals(256.0 * MIB, risk.roomBytes(), "the one that both see counts once");
    hostTmpfs = Reading.missing(Cause.NOT_PERMITTED, "no");
    assertEquals(Cause.NOT_PERMITTED, cause(host().risk()));
  }

  @Test
  void whetherThereIsAFaultIsToldFromAllReadings() {
    assertFaultIsTold(false);
    process = Reading.missing(Cause.STUCK, "no answer for 3 s");
    assertFaultIsTold(true);
    process = Reading.missing(Cause.VANISHED, "ended");
    assertFaultIsTold(false);
    process = Reading.of(facts());
    tmpfs = Reading.missing(Cause.FAILED, "no");
    assertFaultIsTold(true);
    tmpfs = Reading.of(List.of(tmpfs("0:50", 64), Reading.missing(Cause.NOT_PERMITTED, "no")));
    assertFaultIsTold(true);
    tmpfs = Reading.of(List.of());
    memory = Reading.missing(Cause.MALFORMED, "no");
    assertFaultIsTold(true);
    memory = Reading.of(memory(OptionalLong.empty()));
    container = Made.container(ROOT, true, "", Reading.missing(Cause.FAILED, "no"));
    assertFaultIsTold(true);
  }

  private void assertFaultIsTold(boolean fault) {
    ContainerView view = view();
    assertEquals(!fault, view.isWithoutFault());
    assertEquals(
        fault,
        view.readings().values().stream()
            .anyMatch(r -> r instanceof Reading.Missing<?> missing && missing.cause().isFault()));
  }

  private ContainerView view() {
    return host().containers().getFirst();
  }

  private HostView host() {
    String id = container.id();
    Readings readings =
        new Readings(
            new Inventory(List.of(container), Map.of(ROOT, Reading.of(1)), Map.of()),
            Map.of(id, process),
            Map.of(id, tmpfs),
            Map.of(id, memory),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            List.of(),
            hostMemory,
            hostTmpfs);
    return new ViewComposer(readings).compose(Instant.EPOCH, Events.NONE, List.of());
  }

  private static ProcessFacts facts() {
    return new ProcessFacts(
        new ProcessIdentity(4242, 1),
        Reading.of(Made.mounts("1 0 0:9 / / ro - overlay overlay rw")),
        Reading.of(List.of()),
        Reading.of(Made.posture(101, 0, true, 2, "")),
        Reading.notApplicable(""),
        Reading.notApplicable(""),
        Reading.of(true));
  }

  private static Reading<TmpfsUsage> tmpfs(String device, long mib) {
    return Reading.of(
        new TmpfsUsage(
            KernelPath.of("/tmp"),
            device,
            Limit.bytes(mib * MIB),
            OptionalLong.of(0),
            OptionalLong.empty(),
            OptionalLong.empty(),
            true,
            false));
  }

  private static MemoryUsage memory(OptionalLong headroom) {
    return new MemoryUsage(
        "/docker/x",
        Limit.unlimited(),
        1,
        OptionalLong.empty(),
        OptionalLong.empty(),
        headroom,
        OptionalLong.empty());
  }

  private static Cause cause(Reading<?> reading) {
    return assertInstanceOf(Reading.Missing.class, reading).cause();
  }
}
