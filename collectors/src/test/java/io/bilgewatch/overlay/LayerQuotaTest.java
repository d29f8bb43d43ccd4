package io.bilgewatch.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.ProjectSpace;
import io.bilgewatch.overlay.LayerUsage.Quota;
import java.io.IOException;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LayerQuotaTest {
  private static final long MIB = 1 << 20;
  private static final ProjectSpace DISK = new ProjectSpace(0, false, 4096 * MIB, 1000 * MIB);

  /** The figures of a container with {@code --storage-opt size=50M} on XFS, 824 KiB of it free. */
  @Test
  void aProjectWithALimitIsTheLayersQuota() {
    ProjectSpace layer = new ProjectSpace(3, true, 12800L * 4096, 206L * 4096);

    assertEquals(
        Reading.of(new Quota(50 * MIB, OptionalLong.of((12800L - 206) * 4096))),
        LayerQuota.decide(layer, DISK));
  }

  @Test
  void aProjectWithoutALimitReportsTheWholeDisk() {
    ProjectSpace layer = new ProjectSpace(3, true, DISK.totalBytes(), DISK.freeBytes());
    assertEquals(Reading.Cause.NOT_APPLICABLE, cause(LayerQuota.decide(layer, DISK)));
  }

  @Test
  void withoutAProjectThatIsPassedOnThereIsNoQuota() {
    ProjectSpace noProject = new ProjectSpace(0, true, 50 * MIB, MIB);
    ProjectSpace notPassedOn = new ProjectSpace(3, false, 50 * MIB, MIB);
    assertEquals(Reading.Cause.NOT_APPLICABLE, cause(LayerQuota.decide(noProject, DISK)));
    assertEquals(Reading.Cause.NOT_APPLICABLE, cause(LayerQuota.decide(notPassedOn, DISK)));
  }

  @Test
  void aDirectoryOfThisHostHasNone() throws IOException {
    try (Lab lab = new Lab()) {
      assertEquals(Reading.Cause.NOT_APPLICABLE, cause(LayerQuota.of(lab.path())));
      assertEquals(0, lab.openDescriptors());
    }
  }

  /** tmpfs before Linux 6.6 does not know the question: no quota, no error. */
  @Test
  void aFileSystemWithoutProjectsHasNone() {
    KernelPath proc = KernelPath.of("/proc/self");
    assertEquals(Reading.Cause.NOT_APPLICABLE, cause(LayerQuota.of(KernelPath.of("/proc"))));
    assertEquals(false, LayerQuota.of(proc).isPresent(), "a link is not followed");
    assertEquals(Reading.Cause.VANISHED, cause(LayerQuota.of(KernelPath.of("/no such upperdir"))));
  }

  private static Reading.Cause cause(Reading<Quota> reading) {
    return ((Reading.Missing<Quota>) reading).cause();
  }
}
