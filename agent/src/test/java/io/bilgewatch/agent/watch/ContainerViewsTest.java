package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.Made;
import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.descriptor.DeletedFiles;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.process.ProcessIdentity;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A view is taken over from the round before only where every single reading is the same. */
class ContainerViewsTest {
  private static final long MIB = 1 << 20;

  private final ContainerViews views = new ContainerViews(true);

  @Test
  void theSameReadingsAreTheSameView() {
    ContainerView first = view(parts());
    ContainerViews.Parts equal = parts();
    assertSame(first, view(equal), "in other objects");
    assertSame(first, view(equal), "in the very same ones");
  }

  @Test
  void whatWasNotThereInARoundIsPutTogetherAnew() {
    ContainerView first = view(parts());
    views.end();
    assertNotSame(first, view(parts()));
  }

  /** Each part alone, and what shows that the new one counts. */
  static Stream<Arguments> changes() {
    return Stream.of(
        change(
            "container",
            p ->
                with(
                    p,
                    Made.container(
                        Path.of("/srv"), true, "\"RestartCount\":3", p.container().hostConfig())),
            v -> v.container().state().restartCount() == 3),
        change(
            "gone",
            p ->
                new ContainerViews.Parts(
                    p.container(),
                    true,
                    true,
                    p.process(),
                    p.tmpfs(),
                    p.memory(),
                    p.layer(),
                    p.quota(),
                    p.deletedFiles(),
                    p.logBytes(),
                    p.headroom()),
            v -> !v.running()),
        change(
            "declared",
            p ->
                new ContainerViews.Parts(
                    p.container(),
                    false,
                    false,
                    p.process(),
                    p.tmpfs(),
                    p.memory(),
                    p.layer(),
                    p.quota(),
                    p.deletedFiles(),
                    p.logBytes(),
                    p.headroom()),
            v -> !v.running()),
        change(
            "mount table",
            p -> process(p, facts("rw", 101)),
            v ->
                v.rootReadOnly().equals(Reading.of(false))
                    && v.hardening().get(HardeningCheck.ROOTFS_READONLY).equals(Reading.of(false))),
        change(
            "posture",
            p -> process(p, facts("ro", 0)),
            v -> v.hardening().get(HardeningCheck.USER_NONROOT).equals(Reading.of(false))),
        change(
            "process that can't be read",
            p -> process(p, Reading.missing(Cause.STUCK, "hangs")),
            v -> !v.rootReadOnly().isPresent()),
        change(
            "tmpfs",
            p -> tmpfs(p, Reading.of(List.of(tmpfs(3 * MIB, true)))),
            v ->
                v.tmpfsRead().getFirst().usedBytes().getAsLong() == 3 * MIB
                    && v.risk().optional().orElseThrow().roomBytes() == 61.0 * MIB),
        change(
            "bound of a tmpfs",
            p -> tmpfs(p, Reading.of(List.of(tmpfs(0, false)))),
            v -> v.hardening().get(HardeningCheck.TMPFS_BOUNDED).equals(Reading.of(false))),
        change(
            "tmpfs that can't be read",
            p -> tmpfs(p, Reading.missing(Cause.STUCK, "hangs")),
            v ->
                !v.risk().isPresent()
                    && !v.hardening().get(HardeningCheck.TMPFS_BOUNDED).isPresent()),
        change(
            "memory",
            p -> memory(p, Reading.of(memory(2, Limit.bytes(512 * MIB)))),
            v -> v.memory().optional().orElseThrow().usageBytes() == 2),
        change(
            "limit",
            p -> memory(p, Reading.of(memory(1, Limit.unlimited()))),
            v -> v.hardening().get(HardeningCheck.MEMORY_LIMITED).equals(Reading.of(false))),
        change(
            "memory that can't be read",
            p -> memory(p, Reading.missing(Cause.FAILED, "no")),
            v ->
                !v.memory().isPresent()
                    && !v.hardening().get(HardeningCheck.MEMORY_LIMITED).isPresent()),
        change(
            "layer",
            p ->
                new ContainerViews.Parts(
                    p.container(),
                    true,
                    false,
                    p.process(),
                    p.tmpfs(),
                    p.memory(),
                    Reading.missing(Cause.FAILED, "other"),
                    p.quota(),
                    p.deletedFiles(),
                    p.logBytes(),
                    p.headroom()),
            v -> v.layer().equals(Reading.missing(Cause.FAILED, "other"))),
        change(
            "quota",
            p ->
                new ContainerViews.Parts(
                    p.container(),
                    true,
                    false,
                    p.process(),
                    p.tmpfs(),
                    p.memory(),
                    p.layer(),
                    Reading.of(new LayerUsage.Quota(5, OptionalLong.empty())),
                    p.deletedFiles(),
                    p.logBytes(),
                    p.headroom()),
            v -> v.quota().isPresent()),
        change(
            "deleted files",
            p ->
                new ContainerViews.Parts(
                    p.container(),
                    true,
                    false,
                    p.process(),
                    p.tmpfs(),
                    p.memory(),
                    p.layer(),
                    p.quota(),
                    Reading.of(new DeletedFiles(8192, 2, 1)),
                    p.logBytes(),
                    p.headroom()),
            v -> v.deletedFiles().optional().orElseThrow().allocatedBytes() == 8192),
        change(
            "log",
            p ->
                new ContainerViews.Parts(
                    p.container(),
                    true,
                    false,
                    p.process(),
                    p.tmpfs(),
                    p.memory(),
                    p.layer(),
                    p.quota(),
                    p.deletedFiles(),
                    Reading.of(8L),
                    p.headroom()),
            v -> v.logBytes().equals(Reading.of(8L))),
        change(
            "headroom",
            p ->
                new ContainerViews.Parts(
                    p.container(),
                    true,
                    false,
                    p.process(),
                    p.tmpfs(),
                    p.memory(),
                    p.layer(),
                    p.quota(),
                    p.deletedFiles(),
                    p.logBytes(),
                    Reading.of(7 * MIB)),
            v -> v.risk().optional().orElseThrow().headroomBytes() == 7 * MIB));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void eachPartAloneMakesAnotherView(
      String what, UnaryOperator<ContainerViews.Parts> change, Predicate<ContainerView> shows) {
    ContainerView first = view(parts());
    assertFalse(shows.test(first), what);
    ContainerView changed = view(change.apply(parts()));
    assertTrue(shows.test(changed), changed::toString);
    ContainerView alone = new ContainerViews(true).of(change.apply(parts()));
    assertEquals(alone, changed, "nothing of before is left in it");
    assertEquals(first, view(parts()), "and back");
  }

  private static Arguments change(
      String what, UnaryOperator<ContainerViews.Parts> change, Predicate<ContainerView> shows) {
    return Arguments.of(what, change, shows);
  }

  private ContainerView view(ContainerViews.Parts parts) {
    ContainerView view = views.of(parts);
    views.end();
    return view;
  }

  private static ContainerViews.Parts parts() {
    return new ContainerViews.Parts(
        Made.container(Path.of("/srv"), true, "", Made.hostConfig("{}")),
        true,
        false,
        facts("ro", 101),
        Reading.of(List.of(tmpfs(0, true))),
        Reading.of(memory(1, Limit.bytes(512 * MIB))),
        Reading.missing(Cause.PENDING, "not measured yet"),
        Reading.notApplicable("no quota"),
        Reading.of(new DeletedFiles(4096, 1, 1)),
        Reading.of(7L),
        Reading.of(32 * MIB));
  }

  private static ContainerViews.Parts with(ContainerViews.Parts p, Container container) {
    return new ContainerViews.Parts(
        container,
        true,
        false,
        p.process(),
        p.tmpfs(),
        p.memory(),
        p.layer(),
        p.quota(),
        p.deletedFiles(),
        p.logBytes(),
        p.headroom());
  }

  private static ContainerViews.Parts process(
      ContainerViews.Parts p, Reading<ProcessFacts> process) {
    return new ContainerViews.Parts(
        p.container(),
        true,
        false,
        process,
        p.tmpfs(),
        p.memory(),
        p.layer(),
        p.quota(),
        p.deletedFiles(),
        p.logBytes(),
        p.headroom());
  }

  private static ContainerViews.Parts tmpfs(
      ContainerViews.Parts p, Reading<List<Reading<TmpfsUsage>>> tmpfs) {
    return new ContainerViews.Parts(
        p.container(),
        true,
        false,
        p.process(),
        tmpfs,
        p.memory(),
        p.layer(),
        p.quota(),
        p.deletedFiles(),
        p.logBytes(),
        p.headroom());
  }

  private static ContainerViews.Parts memory(ContainerViews.Parts p, Reading<MemoryUsage> memory) {
    return new ContainerViews.Parts(
        p.container(),
        true,
        false,
        p.process(),
        p.tmpfs(),
        memory,
        p.layer(),
        p.quota(),
        p.deletedFiles(),
        p.logBytes(),
        p.headroom());
  }

  private static Reading<ProcessFacts> facts(String root, int uid) {
    return Reading.of(
        new ProcessFacts(
            new ProcessIdentity(4242, 1),
            Reading.of(Made.mounts("1 0 0:9 / / " + root + " - overlay overlay rw")),
            Reading.of(List.of()),
            Reading.of(Made.posture(uid, 0, true, 2, "")),
            Reading.notApplicable(""),
            Reading.notApplicable(""),
            Reading.of(true)));
  }

  private static Reading<TmpfsUsage> tmpfs(long used, boolean bounded) {
    return Reading.of(
        new TmpfsUsage(
            KernelPath.of("/tmp"),
            "0:50",
            Limit.bytes(64 * MIB),
            OptionalLong.of(used),
            OptionalLong.empty(),
            OptionalLong.empty(),
            bounded,
            false));
  }

  private static MemoryUsage memory(long usage, Limit limit) {
    return new MemoryUsage(
        "/docker/x",
        limit,
        usage,
        OptionalLong.empty(),
        OptionalLong.of(1),
        OptionalLong.of(32 * MIB),
        OptionalLong.empty());
  }
}
