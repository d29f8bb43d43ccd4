package io.bilgewatch.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTableReader;
import io.bilgewatch.overlay.Budget;
import io.bilgewatch.overlay.Pace;
import io.bilgewatch.overlay.Shortfall;
import io.bilgewatch.testing.Root;
import io.bilgewatch.testing.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the real kernel and a real file system, in a mount namespace as a container has. */
class VolumeReaderTest {
  private static final HostRoot HOST = HostRoot.LIVE;
  private static final Budget ENOUGH = Budget.DEFAULT;

  private final VolumeReader reader = new VolumeReader(HOST);

  @TempDir private Path directory;
  @TempDir private Path volume;
  @TempDir private Path other;

  @BeforeEach
  void needsRoot() throws IOException {
    Root.required();
  }

  @Test
  void holdsWhatDuSays() throws Exception {
    Files.createDirectories(volume.resolve("base/1"));
    Files.write(volume.resolve("base/1/table"), new byte[300_000]);
    Files.write(volume.resolve("base/index"), new byte[50_000]);
    Files.createLink(volume.resolve("base/1/second-name"), volume.resolve("base/index"));
    Files.createSymbolicLink(volume.resolve("out"), Path.of("/"));
    try (Sandbox sandbox = start("")) {
      VolumeUse use = present(read(sandbox, "/data", Optional.empty()));
      String du = sandbox.run("du", "-sx", "-B1", "/data").split("\t", -1)[0];
      assertEquals(Long.parseLong(du), use.bytes());
      assertEquals(6, use.entries());
      assertTrue(use.isComplete());
      assertEquals(Optional.empty(), use.since());
      assertEquals(KernelPath.of("/data/base/1"), use.largest().getFirst().path());
    }
  }

  @Test
  void whatIsMountedBelowIsAnother() throws Exception {
    Files.write(volume.resolve("own"), new byte[10_000]);
    String script =
        """
        mkdir "$ROOT/data/memory" "$ROOT/data/same"
        mount -t tmpfs -o size=2m t "$ROOT/data/memory"
        head -c 1000000 /dev/zero > "$ROOT/data/memory/other"
        head -c 1000000 /dev/zero > "$OTHER/other"
        mount --bind "$OTHER" "$ROOT/data/same"
        touch "$ROOT/data/file"
        mount --bind "$OTHER/other" "$ROOT/data/file"
        """;
    try (Sandbox sandbox = start(script)) {
      VolumeUse use = present(read(sandbox, "/data", Optional.empty()));
      assertTrue(use.bytes() < 100_000, use::toString);
      assertEquals(1, use.entries(), use::toString);
      assertTrue(use.isComplete(), use::toString);
      assertEquals(1, present(read(sandbox, "/data/same", Optional.empty())).entries());
    }
  }

  @Test
  void aMountBelowThatNeverAnswersIsNotAsked() throws Exception {
    Files.write(volume.resolve("own"), new byte[10_000]);
    String script =
        """
        mkdir "$ROOT/data/never"
        exec 9<>/dev/fuse
        mount -i -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0 never "$ROOT/data/never"
        """;
    try (Sandbox sandbox = start(script)) {
      VolumeUse use =
          assertTimeoutPreemptively(
              Duration.ofSeconds(20), () -> present(read(sandbox, "/data", Optional.empty())));
      assertEquals(1, use.entries(), use::toString);
      assertTrue(use.isComplete(), use::toString);
    }
  }

  @Test
  void whatChangedSinceIsToldApart() throws Exception {
    Files.write(volume.resolve("old"), new byte[100_000]);
    Files.write(volume.resolve("goes"), new byte[100]);
    Instant before = now();
    Files.write(volume.resolve("new"), new byte[20_000]);
    try (Sandbox sandbox = start("")) {
      VolumeUse use = present(read(sandbox, "/data", Optional.of(before)));
      VolumeUse.Since since = use.since().orElseThrow();
      assertEquals(1, since.entries(), use::toString);
      assertTrue(since.bytes() >= 20_000 && since.bytes() < 100_000, use::toString);

      Instant after = now();
      assertTrue(use.lastChange().isBefore(after), use::toString);
      VolumeUse idle = present(read(sandbox, "/data", Optional.of(after)));
      assertEquals(0, idle.since().orElseThrow().entries(), idle::toString);

      Files.delete(volume.resolve("goes"));
      VolumeUse removed = present(read(sandbox, "/data", Optional.of(after)));
      assertEquals(0, removed.since().orElseThrow().entries(), removed::toString);
      assertFalse(removed.lastChange().isBefore(after), "a removal is a change of the directory");
    }
  }

  /** The kernel's stamps are as coarse as its tick. */
  private static Instant now() throws InterruptedException {
    Thread.sleep(30);
    Instant now = Instant.now();
    Thread.sleep(30);
    return now;
  }

  @Test
  void aBudgetThatRanOutLeavesALowerBound() throws Exception {
    for (int i = 0; i < 300; i++) {
      Files.write(volume.resolve("file" + i), new byte[100]);
    }
    try (Sandbox sandbox = start("")) {
      VolumeUse all = present(read(sandbox, "/data", Optional.empty()));
      VolumeUse some =
          present(
              reader.read(
                  sandbox.pid(),
                  mount(sandbox, "/data"),
                  Optional.empty(),
                  ENOUGH.withEntries(100),
                  Pace.UNHINDERED));
      assertEquals(300, all.entries());
      assertEquals(Optional.of(Shortfall.TOO_MANY_ENTRIES), some.shortfall());
      assertTrue(some.entries() >= 100 && some.entries() <= 101, some::toString);
      assertTrue(some.bytes() < all.bytes(), some::toString);
    }
  }

  @Test
  void aFileIsOneEntry() throws Exception {
    Files.write(volume.resolve("hosts"), new byte[5_000]);
    String script = "touch $ROOT/hosts; mount --bind $VOL/hosts $ROOT/hosts\n";
    try (Sandbox sandbox = start(script)) {
      VolumeUse use = present(read(sandbox, "/hosts", Optional.of(Instant.EPOCH)));
      assertEquals(1, use.entries());
      assertTrue(use.bytes() >= 5_000 && use.bytes() < 100_000, use::toString);
      assertEquals(1, use.since().orElseThrow().entries());
      assertEquals(List.of(), use.largest());
    }
  }

  @Test
  void whatStandsThereByNowIsNotTakenForIt() throws Exception {
    try (Sandbox sandbox = start("")) {
      Mount mount = mount(sandbox, "/data");
      sandbox.run("mount", "-t", "tmpfs", "other", "/data");
      Reading<VolumeUse> read =
          reader.read(sandbox.pid(), mount, Optional.empty(), ENOUGH, Pace.UNHINDERED);
      assertInstanceOf(Reading.Missing.class, read);
    }
  }

  @Test
  void nothingStaysOpen() throws Exception {
    Files.createDirectories(volume.resolve("a/b/c"));
    try (Sandbox sandbox = start("")) {
      read(sandbox, "/data", Optional.empty());
      long before = descriptors();
      for (int i = 0; i < 20; i++) {
        read(sandbox, "/data", Optional.empty());
      }
      assertTrue(descriptors() - before < 10, () -> "left open: more than 10");
    }
  }

  private static long descriptors() throws IOException {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  /**
   * With the volume mounted at {@code /data}; scripts know it as {@code $VOL}, and another as
   * $OTHER.
   */
  private Sandbox start(String script) throws Exception {
    return Sandbox.start(
        directory,
        "VOL='%s'; OTHER='%s'; mkdir \"$ROOT/data\"; mount --bind \"$VOL\" \"$ROOT/data\"\n%s"
            .formatted(volume, other, script));
  }

  private Reading<VolumeUse> read(Sandbox sandbox, String path, Optional<Instant> since) {
    return reader.read(sandbox.pid(), mount(sandbox, path), since, ENOUGH, Pace.UNHINDERED);
  }

  private static Mount mount(Sandbox sandbox, String path) {
    return new MountTableReader(HOST)
        .read(sandbox.pid())
        .optional()
        .orElseThrow()
        .topmost(KernelPath.of(path))
        .orElseThrow();
  }

  private static VolumeUse present(Reading<VolumeUse> reading) {
    return switch (reading) {
      case Reading.Present<VolumeUse>(VolumeUse use) -> use;
      case Reading.Missing<VolumeUse> missing -> throw new AssertionError(missing);
    };
  }
}
