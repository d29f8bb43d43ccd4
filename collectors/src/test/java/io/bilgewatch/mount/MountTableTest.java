package io.bilgewatch.mount;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.testing.Root;
import io.bilgewatch.testing.Sandbox;
import io.bilgewatch.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class MountTableTest {
  @TempDir private Path directory;

  @Test
  void whatIsMountedOverTheRootIsNotTheRootAndHidesNothing() {
    MountTable table =
        table(
            "20 10 0:3 / / ro - tmpfs disguise ro",
            "10 1 0:2 / / rw - overlay overlay rw",
            "11 10 0:4 / /tmp rw - tmpfs filled rw",
            "21 20 0:5 / /tmp rw - tmpfs behind-the-disguise rw",
            "30 20 0:6 / / ro - tmpfs another ro");
    assertEquals(Optional.of(10), table.root().map(Mount::id));
    assertFalse(table.root().orElseThrow().readOnly());
    assertEquals(List.of(11), ids(table.tmpfs()));
  }

  @Test
  void aRootThatIsItsOwnParent() {
    MountTable table = table("1 1 0:1 / / rw - rootfs rootfs rw", "2 1 0:2 / /x ro - ext4 x rw");
    assertEquals(Optional.of(1), table.root().map(Mount::id));
    assertEquals(List.of(1, 2), ids(table.visible()));
  }

  @Test
  void aRootWhoseParentIsOutsideOfTheContainer() {
    MountTable table =
        table("742 611 0:57 / / ro - overlay overlay rw", "743 742 0:60 / /proc rw - proc proc rw");
    assertEquals(Optional.of(742), table.root().map(Mount::id));
  }

  @Test
  void aChrootIntoAPlainDirectoryHasNoRootMount() {
    assertEquals(Optional.empty(), table("5 4 0:9 / /x rw - tmpfs t rw").root());
  }

  @Test
  void aMountUnderAnotherOnTheSamePointIsNotSeen() {
    MountTable table =
        table(
            "1 0 0:1 / / rw - ext4 e rw",
            "3 2 0:3 / /x rw - tmpfs above rw",
            "2 1 0:2 / /x rw - tmpfs below rw");
    assertEquals(List.of(3), ids(table.tmpfs()));
    assertEquals(Optional.of(3), table.topmost(KernelPath.of("/x")).map(Mount::id));
  }

  @Test
  void aMountBelowAPointThatWasMountedOverLaterIsNotSeen() {
    MountTable table =
        table(
            "1 0 0:1 / / rw - ext4 e rw",
            "2 1 0:2 / /a/b rw - tmpfs hidden rw",
            "3 2 0:3 / /a/b/c rw - tmpfs hidden-child rw",
            "4 1 0:4 / /a rw - tmpfs cover rw",
            "5 4 0:5 / /a/b rw - tmpfs seen rw",
            "6 1 0:6 / /ab rw - tmpfs beside rw");
    assertEquals(List.of(4, 5, 6), ids(table.tmpfs()));
    assertEquals(Optional.of(5), table.topmost(KernelPath.of("/a/b")).map(Mount::id));
    assertEquals(Optional.of(5), table.containing(KernelPath.of("/a/b/c/d")).map(Mount::id));
  }

  @Test
  void whatHidesFilesOfProcIsNoTmpfsFileSystem() {
    MountTable table =
        table(
            "1 0 0:1 / / rw - overlay o rw",
            "2 1 0:2 / /proc rw - proc proc rw",
            "3 2 0:3 /null /proc/keys rw,nosuid - tmpfs tmpfs rw,size=65536k",
            "4 1 0:3 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k",
            "5 2 0:4 / /proc/acpi ro,relatime - tmpfs tmpfs ro",
            "6 1 0:5 / /frozen rw - tmpfs tmpfs ro",
            "7 1 0:6 /a /one rw - tmpfs tmpfs rw",
            "8 1 0:6 /b /two rw - tmpfs tmpfs rw",
            "9 1 0:7 / /sys/firmware ro - tmpfs tmpfs ro",
            "10 1 0:8 / /seen ro - tmpfs tmpfs rw",
            "11 1 0:8 / /filled rw - tmpfs tmpfs rw");
    assertEquals(List.of(3, 4, 5, 6, 7, 8, 9, 10, 11), ids(table.tmpfs()));
    assertEquals(List.of(4, 6, 7, 11), ids(table.tmpfsFileSystems()));
  }

  @Test
  void idsThatGoInCirclesEnd() {
    assertEquals(
        List.of(), table("1 2 0:1 / /a rw - tmpfs t rw", "2 1 0:2 / /b rw - tmpfs t rw").tmpfs());
  }

  /** One that looked up the whole way of each would take minutes. */
  @Test
  @Timeout(10)
  void aContainerThatStacksMountsCostsNoMoreThanOneThatDoesNot() {
    int deep = 20_000;
    StringBuilder lines = new StringBuilder("1 0 0:1 / / rw - overlay overlay rw");
    for (int i = 2; i <= deep; i++) {
      lines.append("\n%d %d 0:2 / /a rw - tmpfs t rw".formatted(i, i - 1));
    }
    for (int i = 1; i <= deep; i++) {
      lines.append("\n%d %d 0:2 / /a/%d rw - tmpfs t rw".formatted(deep + i, deep, i));
    }
    assertEquals(deep + 2, table(lines.toString()).visible().size());
  }

  @Test
  void aTableThatIsTooLargeToBeHonestIsNotRead(@TempDir Path directory) throws IOException {
    Path file = Files.createDirectories(directory.resolve("proc/7")).resolve("mountinfo");
    MountTableReader reader = new MountTableReader(new HostRoot(directory));
    Files.writeString(file, "1 0 0:1 / / rw - overlay overlay rw\n".repeat(4096));
    assertEquals(4096, reader.readBounded(7).optional().orElseThrow().mounts().size());
    Files.writeString(file, "1 0 0:1 / / rw - overlay overlay rw\n".repeat(4097));
    assertEquals(Reading.Cause.FAILED, cause(reader.readBounded(7)));
    Files.writeString(file, "1 0 0:1 / /%s rw - tmpfs t rw\n".formatted("x".repeat(1 << 20)));
    assertEquals(Reading.Cause.FAILED, cause(reader.readBounded(7)));
  }

  private static Reading.Cause cause(Reading<MountTable> reading) {
    return ((Reading.Missing<MountTable>) reading).cause();
  }

  @Test
  void superOptionsKeepDuplicatesAndCutAtTheFirstEquals() {
    Mount mount =
        mount(
            "overlay",
            "rw,context=\"u:object_r:t:s0:c1,c2\",lowerdir+=/a=b,lowerdir+=/c,upperdir=/u,index=off");
    assertEquals(List.of("/a=b", "/c"), mount.superOption("lowerdir+"));
    assertEquals(List.of(), mount.superOption("lowerdir"));
    assertEquals(List.of(""), mount.superOption("rw"));
    assertEquals(List.of("off"), mount.superOption("index"));
    assertEquals(List.of(), mount.superOption("c2\""));
    assertEquals(List.of("\"u:object_r:t:s0:c1,c2\""), mount.superOption("context"));
    Mount windows = mount("9p", "rw,aname=drvfs;path=C:\\,msize=1");
    assertEquals(List.of("1"), windows.superOption("msize"));
  }

  @Test
  void overlayDirectoriesOfBothOptionStyles() {
    Overlay old =
        Overlay.of(mount("overlay", "rw,lowerdir=l\\134:1:/l\\0402::/d,upperdir=a\\134\\054b/u"))
            .orElseThrow();
    assertEquals(paths("l:1", "/l 2", "/d"), old.lowerdirs());
    assertEquals(Optional.of(KernelPath.of("a,b/u")), old.upperdir());
    assertEquals(Optional.of(KernelPath.of("/home/a,b/u")), old.upperdir(KernelPath.of("/home")));
    assertEquals(Optional.empty(), old.workdir());

    Overlay raw = Overlay.of(mount("overlay", "rw,upperdir=/a\\,b,workdir=/w")).orElseThrow();
    assertEquals(Optional.of(KernelPath.of("/a,b")), raw.upperdir());
    assertEquals(Optional.of(KernelPath.of("/w")), raw.workdir());

    Overlay readOnly =
        Overlay.of(mount("overlay", "ro,lowerdir+=/a:b,lowerdir+=/c,datadir+=/d")).orElseThrow();
    assertEquals(paths("/a:b", "/c", "/d"), readOnly.lowerdirs());
    assertEquals(Optional.empty(), readOnly.upperdir());
    assertEquals(Optional.empty(), Overlay.of(mount("tmpfs", "rw,upperdir=/u")));
  }

  @Test
  void theKernelsOwnEscapesLeadBackToTheDirectories() throws Exception {
    Root.required();
    String script =
        """
        cd "$ROOT"
        mkdir -p "a,b/u p" "a,b/w" "l:1" l2 merged
        mount -t overlay o -o "lowerdir=l\\:1:l2,upperdir=a\\,b/u p,workdir=a\\,b/w" merged
        """;
    try (Sandbox sandbox = Sandbox.start(directory, script)) {
      MountTable table = new MountTableReader(HostRoot.LIVE).read(sandbox.pid()).optional().get();
      Mount mount = table.topmost(KernelPath.of("/merged")).orElseThrow();
      Overlay overlay = Overlay.of(mount).orElseThrow();
      assertEquals(paths("l:1", "l2"), overlay.lowerdirs());
      assertEquals(Optional.of(KernelPath.of("a,b/u p")), overlay.upperdir());
    }
  }

  @Test
  void visibilityIsWhatTheKernelFinds() throws Exception {
    Root.required();
    String script =
        """
        mkdir -p "$ROOT/a/b" "$ROOT/s" "$ROOT/c"
        mount -t tmpfs hidden "$ROOT/a/b"
        mount -t tmpfs seen "$ROOT/c"
        mount -t tmpfs under "$ROOT/s"
        mount -t tmpfs over "$ROOT/s"
        mount -t tmpfs cover "$ROOT/a"
        """;
    try (Sandbox sandbox = Sandbox.start(directory, script)) {
      MountTable table = new MountTableReader(HostRoot.LIVE).read(sandbox.pid()).optional().get();
      assertEquals(
          List.of("root", "seen", "over", "cover"),
          table.tmpfs().stream().map(Mount::source).filter(s -> !s.equals("tmpfs")).toList());
      assertEquals("root", table.root().orElseThrow().source());
    }
  }

  @Test
  void aProcessThatHasEndedHasVanished() {
    var reading = new MountTableReader(HostRoot.LIVE).read(Integer.MAX_VALUE);
    assertEquals(Reading.Cause.VANISHED, ((Reading.Missing<MountTable>) reading).cause());
  }

  /** Nobody has waited for it: it has a number still, and no mounts. */
  @Test
  void aZombieHasVanished() throws Exception {
    Process parent = new ProcessBuilder("sh", "-c", "sleep 0 & echo $!; exec sleep 60").start();
    try {
      int zombie = Integer.parseInt(parent.inputReader().readLine());
      Path stat = Path.of("/proc", Integer.toString(zombie), "stat");
      while (!Files.readString(stat).contains(") Z ")) {
        Thread.sleep(10);
      }
      var reading = new MountTableReader(HostRoot.LIVE).read(zombie);
      assertEquals(Reading.Cause.VANISHED, ((Reading.Missing<MountTable>) reading).cause());
    } finally {
      parent.destroyForcibly().waitFor();
    }
  }

  @Test
  void backingFilesystemSaysWhatDfSays() throws Exception {
    Path deep = Files.createDirectories(directory.resolve("a/b"));
    KernelPath path = KernelPath.of(deep.toString());
    BackingFilesystem found = filesystem(HostRoot.LIVE, path).optional().orElseThrow();
    String[] df =
        Shell.run("df", "-B1", "--output=target,source,fstype,size,itotal", deep.toString())
            .lines()
            .toList()
            .getLast()
            .split(" +", -1);
    assertEquals(df[0], found.mountPoint().toString());
    assertEquals(df[1], found.device());
    assertEquals(df[2], found.fsType());
    assertEquals(Long.parseLong(df[3]), found.sizeBytes());
    assertEquals(Long.parseLong(df[4]), found.inodes().orElse(0));
    assertTrue(found.availBytes() <= found.sizeBytes());
  }

  @Test
  void underABindMountTheBackingFilesystemHasTheHostsName() throws Exception {
    // The id is of neither table: the device decides.
    String device = Shell.run("stat", "-c", "%Hd:%Ld", directory.toString());
    Files.createDirectories(directory.resolve("data/docker/layer"));
    Files.createDirectories(directory.resolve("proc/self"));
    Files.createDirectories(directory.resolve("proc/1"));
    String line = "7 1 " + device + " / %s rw - ext4 /dev/sdx rw\n";
    HostRoot host = new HostRoot(directory);
    KernelPath layer = KernelPath.of("/data/docker/layer");

    Files.writeString(
        directory.resolve("proc/self/mountinfo"), line.formatted(directory.resolve("data")));
    assertEquals("/data", mountPoint(host, layer));
    Files.writeString(
        directory.resolve("proc/1/mountinfo"),
        "1 0 0:1 / / rw - ext4 e rw\n" + line.formatted("/data/docker"));
    assertEquals("/data/docker", mountPoint(host, layer));
  }

  private static Reading<BackingFilesystem> filesystem(HostRoot host, KernelPath directory) {
    try (BackingFilesystemReader reader = new BackingFilesystemReader(host)) {
      return reader.read(directory);
    }
  }

  private static String mountPoint(HostRoot host, KernelPath directory) {
    return filesystem(host, directory)
        .map(found -> found.mountPoint().toString())
        .optional()
        .orElse(null);
  }

  @Test
  void aDirectoryThatIsNotThereIsMissing() {
    var reading = filesystem(HostRoot.LIVE, KernelPath.of("/no/such/place"));
    assertEquals(Reading.Cause.VANISHED, ((Reading.Missing<BackingFilesystem>) reading).cause());
  }

  private static MountTable table(String... lines) {
    MountTable table = MountTable.parse(String.join("\n", lines).getBytes(UTF_8));
    assertEquals(Optional.empty(), table.firstMalformed());
    return table;
  }

  private static Mount mount(String type, String superOptions) {
    return table("5 4 0:9 / /x rw - " + type + " s " + superOptions).mounts().getFirst();
  }

  private static List<Integer> ids(List<Mount> mounts) {
    return mounts.stream().map(Mount::id).toList();
  }

  private static List<KernelPath> paths(String... names) {
    return List.of(names).stream().map(KernelPath::of).toList();
  }
}
