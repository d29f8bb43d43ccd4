package io.bilgewatch.writes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LowerLayers;
import io.bilgewatch.writes.ImageDirectory.Holds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container's view and its upperdir, as directories. */
class ImageDirectoryTest {
  @TempDir private Path folder;

  private Path view;
  private Path upper;

  @BeforeEach
  void make() throws IOException {
    view = Files.createDirectory(folder.resolve("view"));
    upper = Files.createDirectory(folder.resolve("upper"));
  }

  @Test
  void whatTheContainerWroteIsNotTheImages() throws IOException {
    written("run/app.pid");
    written("run/app/socket");
    assertEquals(Holds.NOTHING, running("/run"));
    assertEquals(Holds.NOTHING, running("/absent"));
  }

  /** Its copy lies in the upperdir as what is new does, and a mount would hide it all the same. */
  @Test
  void aFileOfTheImageThatWasChangedIsTheImages() throws IOException {
    written("srv/index.html");
    written("run/new");
    Path lower = folder.resolve("lower");
    Files.createDirectories(lower.resolve("srv"));
    Files.createDirectories(lower.resolve("run"));
    Files.createFile(lower.resolve("srv/index.html"));
    assertEquals(Holds.NOTHING, running("/srv"));
    try (LowerLayers lowers = LowerLayers.open(List.of(lower)).optional().orElseThrow()) {
      assertEquals(Holds.FILES, found(of(lowers), "/srv"));
      assertEquals(Holds.NOTHING, found(of(lowers), "/run"));
    }
  }

  private ImageDirectory of(LowerLayers lowers) {
    return ImageDirectory.ofRunning(view, path(upper), Set.of(), Optional.of(lowers));
  }

  @Test
  void anEmptyDirectoryOfTheImageIsOne() throws IOException {
    written("run/app.pid");
    Files.createDirectories(view.resolve("run/lock/deep"));
    assertEquals(Holds.DIRECTORIES, running("/run"));
  }

  @Test
  void aFileOfTheImageIsFoundBelowToo() throws IOException {
    written("srv/state");
    written("srv/lib/written");
    image("srv/lib/module");
    assertEquals(Holds.FILES, running("/srv"));
    assertEquals(Holds.FILES, running("/srv/lib"));
  }

  @Test
  void whatIsMountedIsNotTheImages() throws IOException {
    image("data/volume/file");
    assertEquals(Holds.FILES, running("/data"));
    assertEquals(
        Holds.NOTHING,
        found(
            ImageDirectory.ofRunning(
                view, path(upper), Set.of(KernelPath.of("/data/volume")), Optional.empty()),
            "/data"));
  }

  /** A container may make one of its directories a link to the host's. */
  @Test
  void noLinkIsFollowed() throws IOException {
    Path secret = Files.createDirectory(folder.resolve("secret"));
    Files.createFile(secret.resolve("file"));
    Files.createSymbolicLink(view.resolve("link"), secret);
    Reading<Holds> reading = read("/link");
    assertTrue(reading instanceof Reading.Missing<Holds>, reading::toString);
  }

  @Test
  void moreThanCanBeLookedThroughIsTakenForFiles() throws IOException {
    Path deep = view.resolve("deep");
    for (int i = 0; i < 12; i++) {
      deep = deep.resolve("d");
    }
    Files.createDirectories(deep);
    assertEquals(Holds.FILES, running("/deep"));
  }

  @Test
  void ofOneThatDoesNotRunTheLayersBelowAreAsked() throws IOException {
    Path top = Files.createDirectories(folder.resolve("top/run/lock"));
    Path bottom = Files.createDirectories(folder.resolve("bottom/etc"));
    Files.createFile(bottom.resolve("passwd"));
    List<Path> layers = List.of(folder.resolve("top"), folder.resolve("bottom"));
    assertTrue(Files.isDirectory(top));
    assertEquals(Holds.DIRECTORIES, found(ImageDirectory.ofLayers(layers), "/run"));
    assertEquals(Holds.FILES, found(ImageDirectory.ofLayers(layers), "/etc"));
    assertEquals(Holds.NOTHING, found(ImageDirectory.ofLayers(layers), "/run/lock"));
    assertEquals(Holds.NOTHING, found(ImageDirectory.ofLayers(layers), "/tmp"));
  }

  @Test
  void theOwnerIsThatOfTheDirectory() throws IOException {
    written("run/app/x");
    DirectoryOwner owner = DirectoryOwner.of(path(upper), KernelPath.of("/run/app")).orElseThrow();
    assertEquals(Files.getAttribute(upper.resolve("run/app"), "unix:uid"), owner.uid());
    assertEquals(0755, owner.mode());
    assertEquals(Optional.empty(), DirectoryOwner.of(path(upper), KernelPath.of("/absent")));
    assertFalse(DirectoryOwner.of(path(upper), KernelPath.of("/run/app/x")).isPresent());
  }

  private void written(String name) throws IOException {
    image(name);
    Files.createDirectories(upper.resolve(name).getParent());
    Files.createFile(upper.resolve(name));
  }

  private void image(String name) throws IOException {
    Files.createDirectories(view.resolve(name).getParent());
    Files.createFile(view.resolve(name));
  }

  private Holds running(String directory) {
    return read(directory).optional().orElseThrow();
  }

  private Reading<Holds> read(String directory) {
    try (ImageDirectory image =
        ImageDirectory.ofRunning(view, path(upper), Set.of(), Optional.empty())) {
      return image.holds(KernelPath.of(directory));
    }
  }

  private static Holds found(ImageDirectory of, String directory) {
    try (of) {
      return of.holds(KernelPath.of(directory)).optional().orElseThrow();
    }
  }

  private static KernelPath path(Path path) {
    return KernelPath.of(path.toString());
  }
}
