package io.bilgewatch.tmpfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.WalkedPaths;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.mount.MountTableReader;
import io.bilgewatch.testing.Root;
import io.bilgewatch.testing.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On the real kernel, in a mount namespace and a root of its own, as a container has. */
class TmpfsReaderTest {
  private static final HostRoot HOST = HostRoot.LIVE;

  @TempDir private Path directory;

  @BeforeEach
  void needsRoot() throws IOException {
    Root.required();
  }

  static List<TmpfsReader> readers() {
    return List.of(
        new TmpfsReader(HOST),
        new TmpfsReader(HOST, (root, mount) -> WalkedPaths.open(root, mount.mountPoint())));
  }

  @ParameterizedTest
  @MethodSource("readers")
  void saysExactlyWhatDfSays(TmpfsReader reader) throws Exception {
    String script =
        """
        mkdir -p "$ROOT/a/b c"
        mount -t tmpfs -o size=3m,nr_inodes=50 t "$ROOT/a/b c"
        head -c 1234567 /dev/zero > "$ROOT/a/b c/file"
        """;
    try (Sandbox sandbox = Sandbox.start(directory, script)) {
      TmpfsUsage usage = usage(reader, sandbox, "/a/b c");
      String df = sandbox.run("df", "-B1", "--output=size,used,itotal,iused", "/a/b c");
      String figures = df.lines().toList().getLast().strip().replaceAll(" +", " ");
      assertEquals(
          figures,
          "%d %d %d %d"
              .formatted(
                  ((Limit.Bytes) usage.size()).value(),
                  usage.usedBytes().orElseThrow(),
                  usage.inodes().orElseThrow(),
                  usage.inodesUsed().orElseThrow()));
      assertTrue(usage.bounded());
      assertFalse(usage.readOnly());
    }
  }

  @Test
  void knowsWhetherSomebodySetASize() throws Exception {
    String script =
        """
        mkdir "$ROOT/default" "$ROOT/zero" "$ROOT/blocks" "$ROOT/percent" "$ROOT/ro"
        mount -t tmpfs t "$ROOT/default"
        mount -t tmpfs -o size=0,nr_inodes=0 t "$ROOT/zero"
        mount -t tmpfs -o nr_blocks=10 t "$ROOT/blocks"
        mount -t tmpfs -o size=20% t "$ROOT/percent"
        mount -t tmpfs -o ro,size=1m t "$ROOT/ro"
        """;
    try (Sandbox sandbox = Sandbox.start(directory, script)) {
      TmpfsReader reader = new TmpfsReader(HOST);
      TmpfsUsage unset = usage(reader, sandbox, "/default");
      assertFalse(unset.bounded());
      assertInstanceOf(Limit.Bytes.class, unset.size());
      assertTrue(usage(reader, sandbox, "/blocks").bounded());
      assertTrue(usage(reader, sandbox, "/percent").bounded());
      assertTrue(usage(reader, sandbox, "/ro").readOnly());

      TmpfsUsage zero = usage(reader, sandbox, "/zero");
      assertFalse(zero.bounded());
      assertEquals(Limit.unlimited(), zero.size());
      assertEquals(OptionalLong.empty(), zero.usedBytes());
      assertEquals(OptionalLong.empty(), zero.inodes());
      assertEquals(OptionalLong.empty(), zero.inodesUsed());
    }
  }

  @ParameterizedTest
  @MethodSource("readers")
  void neverFollowsALinkOutOfTheContainer(TmpfsReader reader) throws Exception {
    String script =
        """
        mkdir -p "$ROOT/deep/in"
        mount -t tmpfs -o size=1m t "$ROOT/deep/in"
        """;
    try (Sandbox sandbox = Sandbox.start(directory, script)) {
      Mount known = mount(sandbox, "/deep/in");
      sandbox.run("mv", "/deep", "/moved");
      assertMoved(reader, sandbox, known);

      sandbox.run("ln", "-s", "/moved", "/deep");
      assertMoved(reader, sandbox, known);

      // The same place, but on the host: a tmpfs there would look right by its type alone.
      sandbox.run("rm", "/deep");
      sandbox.run("ln", "-s", "/dev", "/deep");
      assertMoved(reader, sandbox, known);

      assertEquals(
          Limit.bytes(1 << 20),
          usage(reader, sandbox, "/moved/in").size(),
          "as the table says now");
    }
  }

  @ParameterizedTest
  @MethodSource("readers")
  void anotherTmpfsAtTheSamePlaceIsNotTheOneThatWasMeant(TmpfsReader reader) throws Exception {
    String script =
        """
        mkdir "$ROOT/x"
        mount -t tmpfs -o size=1m t "$ROOT/x"
        """;
    try (Sandbox sandbox = Sandbox.start(directory, script)) {
      Mount covered = mount(sandbox, "/x");
      sandbox.run("mount", "-t", "tmpfs", "-o", "size=2m", "other", "/x");
      assertMoved(reader, sandbox, covered);
      assertEquals(Limit.bytes(2 << 20), usage(reader, sandbox, "/x").size());
      assertNotEquals(covered.id(), mount(sandbox, "/x").id());
    }
  }

  @Test
  void measuresAMountPointThatIsAFileAndSharesAFileSystem() throws Exception {
    String script =
        """
        mkdir "$ROOT/x"
        mount -t tmpfs -o size=1m t "$ROOT/x"
        echo secret > "$ROOT/x/file"
        touch "$ROOT/file"
        mount --bind "$ROOT/x/file" "$ROOT/file"
        """;
    try (Sandbox sandbox = Sandbox.start(directory, script)) {
      TmpfsReader reader = new TmpfsReader(HOST);
      TmpfsUsage whole = usage(reader, sandbox, "/x");
      TmpfsUsage file = usage(reader, sandbox, "/file");
      assertEquals(whole.device(), file.device());
      assertEquals(whole.usedBytes(), file.usedBytes());
    }
  }

  @Test
  void saysTheSameAgainUntilTheKernelSaysOtherwise() throws Exception {
    String script =
        """
        mkdir "$ROOT/x" "$ROOT/y"
        mount -t tmpfs -o size=1m,nr_inodes=50 t "$ROOT/x"
        mount -t tmpfs -o size=1m t "$ROOT/y"
        """;
    try (Sandbox sandbox = Sandbox.start(directory, script)) {
      WatchedTmpfs watched =
          new TmpfsReader(HOST)
              .watch(sandbox.pid(), List.of(mount(sandbox, "/x"), mount(sandbox, "/y")));
      List<TmpfsResult> first = watched.read();
      assertSame(first, watched.read());

      sandbox.run("sh", "-c", "echo more > /x/file");
      List<TmpfsResult> written = watched.read();
      assertEquals(OptionalLong.of(4096), measured(written.getFirst()).usedBytes());
      assertSame(first.getLast(), written.getLast(), "the other one");

      sandbox.run("sh", "-c", ": > /x/empty");
      assertEquals(
          measured(written.getFirst()).inodesUsed().getAsLong() + 1,
          measured(watched.read().getFirst()).inodesUsed().getAsLong());

      sandbox.run("mount", "-o", "remount,size=2m", "/x");
      assertEquals(Limit.bytes(2 << 20), measured(watched.read().getFirst()).size());

      sandbox.run("mount", "-t", "tmpfs", "-o", "size=1m", "other", "/x");
      assertInstanceOf(TmpfsResult.Moved.class, watched.read().getFirst(), "mounted over");
      sandbox.run("umount", "/x");
      assertEquals(Limit.bytes(2 << 20), measured(watched.read().getFirst()).size());

      sandbox.run("umount", "/y");
      assertInstanceOf(TmpfsResult.Moved.class, watched.read().getLast());
    }
  }

  @Test
  void leavesNoDescriptorOpen() throws Exception {
    String script = "mkdir \"$ROOT/x\"; mount -t tmpfs -o size=1m t \"$ROOT/x\"";
    try (Sandbox sandbox = Sandbox.start(directory, script)) {
      TmpfsReader reader = new TmpfsReader(HOST);
      List<Mount> mounts = table(sandbox).tmpfs();
      Mount gone = withId(mount(sandbox, "/x"), 1);
      reader.read(sandbox.pid(), mounts);
      long before = openDescriptors();
      for (int i = 0; i < 200; i++) {
        reader.read(sandbox.pid(), mounts);
        reader.read(sandbox.pid(), List.of(gone));
      }
      assertEquals(before, openDescriptors());
    }
  }

  @Test
  void aProcessThatHasEndedIsNoError() {
    Mount any = new MountTableReader(HOST).readOwn().optional().orElseThrow().mounts().getFirst();
    List<TmpfsResult> results = new TmpfsReader(HOST).read(Integer.MAX_VALUE, List.of(any, any));
    assertEquals(2, results.size());
    var measured = assertInstanceOf(TmpfsResult.Measured.class, results.getFirst());
    var missing = assertInstanceOf(Reading.Missing.class, measured.usage());
    assertEquals(Reading.Cause.VANISHED, missing.cause());
  }

  private static void assertMoved(TmpfsReader reader, Sandbox sandbox, Mount mount) {
    List<TmpfsResult> results = reader.read(sandbox.pid(), List.of(mount));
    assertInstanceOf(TmpfsResult.Moved.class, results.getFirst(), results::toString);
  }

  private static TmpfsUsage usage(TmpfsReader reader, Sandbox sandbox, String mountPoint) {
    var result = reader.read(sandbox.pid(), List.of(mount(sandbox, mountPoint))).getFirst();
    return measured(result);
  }

  private static TmpfsUsage measured(TmpfsResult result) {
    var measured = assertInstanceOf(TmpfsResult.Measured.class, result, result::toString);
    return measured.usage().optional().orElseThrow(() -> new AssertionError(measured.usage()));
  }

  private static Mount mount(Sandbox sandbox, String mountPoint) {
    return table(sandbox).topmost(KernelPath.of(mountPoint)).orElseThrow();
  }

  private static MountTable table(Sandbox sandbox) {
    return new MountTableReader(HOST).read(sandbox.pid()).optional().orElseThrow();
  }

  private static Mount withId(Mount mount, int id) {
    return new Mount(
        id, 1, 0, 0, mount.root(), mount.mountPoint(), List.of(), List.of(), "tmpfs", "", "");
  }

  private static long openDescriptors() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }
}
