package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.Made;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which directory of the host is walked for a container: never one that the container names. */
class UpperdirsTest {
  private static final String MOUNT_ID = "%064x".formatted(7);
  private static final String SNAPSHOT =
      "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs";

  @TempDir private Path host;
  private Path dataRoot;
  private Upperdirs upperdirs;

  @BeforeEach
  void dataRoot() {
    dataRoot = host.resolve("srv/docker");
    upperdirs = new Upperdirs(new HostRoot(host));
  }

  @AfterEach
  void close() {
    upperdirs.close();
  }

  @Test
  void dockersDatabaseComesBeforeWhatTheContainerMounted() throws IOException {
    Path layer = layerInDatabase();
    LayerTarget target =
        present(container("overlay2"), "1 0 0:9 / / rw - overlay o rw,upperdir=/etc,workdir=/w");
    assertEquals(KernelPath.of(layer.toString()), target.upperdir());
    assertFalse(target.sealed());
  }

  /** A container with CAP_SYS_ADMIN mounts an overlay on its own root that names our secrets. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc",
        "/root/.ssh",
        "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs/../../../../../../etc",
        "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/x/fs",
        "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs/etc",
        "/a\\012/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs",
        "io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs"
      })
  void anOverlayThatNamesAnyPlaceOfTheHostIsNotFollowed(String upperdir) {
    Reading<LayerTarget> target =
        target(container("overlayfs"), "1 0 0:9 / / rw - overlay o rw,upperdir=" + upperdir);
    assertInstanceOf(Reading.Missing.class, target, target.toString());
  }

  /** The first line on / is the engine's; what the container mounts over it comes later. */
  @Test
  void ofSeveralSnapshotsTheFirstCounts() {
    LayerTarget target =
        present(
            container("overlayfs"),
            "1 0 0:9 / / rw - overlay o rw,upperdir=" + SNAPSHOT,
            "2 1 0:10 / / rw - overlay o rw,upperdir=" + SNAPSHOT.replace("/7/", "/8/"));
    assertEquals(KernelPath.of(host + SNAPSHOT), target.upperdir());
  }

  @Test
  void aMountElsewhereThanOnTheRootIsNoLayer() {
    assertInstanceOf(
        Reading.Missing.class,
        target(
            container("overlayfs"),
            "1 0 0:9 / / rw - ext4 o rw",
            "2 1 0:10 / /x rw - overlay o rw,upperdir=" + SNAPSHOT));
  }

  @Test
  void aSnapshotThatWasSeenIsRememberedWhenTheContainerStopsAndForgottenWhenItGoes() {
    Container running = container("overlayfs");
    present(running, "1 0 0:9 / / rw - overlay o rw,upperdir=" + SNAPSHOT);
    Container stopped =
        Made.container(dataRoot, false, "\"Driver\":\"overlayfs\"", Made.hostConfig("{}"));
    LayerTarget later =
        look(stopped, Reading.notApplicable("it does not run")).optional().orElseThrow();
    assertEquals(KernelPath.of(host + SNAPSHOT), later.upperdir());
    assertTrue(later.sealed(), "nothing writes to it");
    upperdirs.forgetAllBut(List.of());
    assertFalse(look(stopped, Reading.notApplicable("")).isPresent());
  }

  @Test
  void anotherStartIsAnotherEpoch() throws IOException {
    layerInDatabase();
    String running = present(container("overlay2"), "1 0 0:9 / / ro - overlay o rw").epoch();
    Container stopped = Made.container(dataRoot, false, "", Made.hostConfig("{}"));
    String later = look(stopped, Reading.notApplicable("")).optional().orElseThrow().epoch();
    assertFalse(running.equals(later));
  }

  @Test
  void whatWasNotThereIsLookedForAgain() throws IOException {
    Container container = container("overlay2");
    assertFalse(look(container, Reading.notApplicable("")).isPresent());
    layerInDatabase();
    assertTrue(look(container, Reading.notApplicable("")).isPresent());
  }

  private Path layerInDatabase() throws IOException {
    Path mounts = dataRoot.resolve("image/overlay2/layerdb/mounts");
    Path mount = Files.createDirectories(mounts.resolve("%064x".formatted(0xc0ffee)));
    Files.writeString(mount.resolve("mount-id"), MOUNT_ID);
    return Files.createDirectories(dataRoot.resolve("overlay2").resolve(MOUNT_ID).resolve("diff"));
  }

  private Container container(String driver) {
    return Made.container(dataRoot, true, "\"Driver\":\"" + driver + "\"", Made.hostConfig("{}"));
  }

  private LayerTarget present(Container container, String... lines) {
    Optional<LayerTarget> target = target(container, lines).optional();
    return target.orElseThrow();
  }

  private Reading<LayerTarget> look(Container container, Reading<ProcessFacts> facts) {
    upperdirs.locate(List.of(container));
    return upperdirs.target(container, facts);
  }

  private Reading<LayerTarget> target(Container container, String... lines) {
    Reading<ProcessFacts> facts =
        Reading.of(
            new ProcessFacts(
                new ProcessIdentity(4242, 1),
                Reading.of(Made.mounts(lines)),
                Reading.of(List.of()),
                Reading.notApplicable(""),
                Reading.notApplicable(""),
                Reading.notApplicable(""),
                Reading.notApplicable("")));
    return look(container, facts);
  }
}
