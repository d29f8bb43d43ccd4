package io.bilgewatch.descriptor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.mount.MountTableReader;
import io.bilgewatch.testing.Privileges;
import io.bilgewatch.testing.Root;
import io.bilgewatch.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the real kernel: processes whose root is a real overlay, as a container's. */
class DeletedFilesReaderTest {
  private static final HostRoot HOST = HostRoot.LIVE;

  @TempDir private Path directory;
  private OverlayRoot root;

  @BeforeEach
  void needsRoot() throws IOException {
    Root.required();
  }

  @AfterEach
  void end() throws IOException, InterruptedException {
    if (root != null) {
      root.end();
    }
  }

  private Reading<DeletedFiles> read(String script) throws IOException, InterruptedException {
    root = OverlayRoot.start(directory, script);
    return read(new DeletedFilesReader(HOST));
  }

  private Reading<DeletedFiles> read(DeletedFilesReader reader) {
    return reader.read(cgroup(directory), root.pid(), mounts(root.pid()));
  }

  private static KernelPath cgroup(Path directory) {
    return KernelPath.of(directory.resolve("cgroup").toString());
  }

  private static MountTable mounts(int pid) {
    return new MountTableReader(HOST).read(pid).optional().orElseThrow();
  }

  private static DeletedFiles found(Reading<DeletedFiles> reading) {
    return reading.optional().orElseThrow(() -> new AssertionError(reading));
  }

  /** By coreutils. */
  private long allocated(int descriptor) throws IOException, InterruptedException {
    String file = "/proc/%d/fd/%d".formatted(root.pid(), descriptor);
    return 512 * Long.parseLong(Shell.run("stat", "-L", "-c", "%b", file));
  }

  @Test
  void whatStatSaysOfADeletedFile() throws Exception {
    DeletedFiles found =
        found(
            read("exec 3>/big; head -c 3000000 /dev/zero >&3; rm /big; exec 4>/small; rm /small"));
    assertEquals(2, found.files());
    assertEquals(allocated(3), found.allocatedBytes());
    assertTrue(found.allocatedBytes() >= 3_000_000, found::toString);
  }

  @Test
  void aFileThatManyHaveOpenCountsOnce() throws Exception {
    DeletedFiles found =
        found(
            read(
                "exec 3>/big 4>&3; head -c 1000000 /dev/zero >&3; exec 5</big; rm /big;"
                    + " sleep 600 & sleep 600 & started"));
    assertEquals(1, found.files());
    assertEquals(allocated(3), found.allocatedBytes());
    assertTrue(found.looks() > 12, () -> "the other processes were looked at: " + found);
  }

  @Test
  void aFileThatHasANameLeftIsNotDeleted() throws Exception {
    DeletedFiles found =
        found(
            read(
                "exec 3>/one; head -c 1000000 /dev/zero >&3; ln /one /two; rm /one;"
                    + " exec 4>'/odd (deleted)'; head -c 1000000 /dev/zero >&4"));
    assertEquals(0, found.files());
    assertEquals(0, found.allocatedBytes());
  }

  @Test
  void memoryIsNoDisk() throws Exception {
    DeletedFiles found = found(read("exec 3>/tmp/x; head -c 1000000 /dev/zero >&3; rm /tmp/x"));
    assertEquals(0, found.allocatedBytes());
    String link = Files.readSymbolicLink(Path.of("/proc/" + root.pid() + "/fd/3")).toString();
    assertTrue(link.endsWith("/tmp/x (deleted)"), link);
  }

  @Test
  void whatTheImageBroughtTakesNoDiskWhenItIsDeleted() throws Exception {
    assertEquals(0, found(read("exec 3</from-the-image; rm /from-the-image")).allocatedBytes());
  }

  @Test
  void theSameLayerElsewhereIsTheSameLayer() throws Exception {
    DeletedFiles found =
        found(
            read(
                "mkdir /a /b; mount --bind /a /b; exec 3>/b/x; head -c 1000000 /dev/zero >&3;"
                    + " rm /a/x"));
    assertEquals(allocated(3), found.allocatedBytes());
  }

  @Test
  void soItIsInAnotherMountNamespace() throws Exception {
    DeletedFiles found =
        found(
            read(
                "unshare -m sh -c 'exec 3>/x; head -c 1000000 /dev/zero >&3; rm /x; touch /ready;"
                    + " exec sleep 600' & while [ ! -e /ready ]; do sleep 0.01; done; started"));
    assertEquals(1, found.files());
    assertTrue(found.allocatedBytes() >= 1_000_000, found::toString);
  }

  @Test
  void aPathTooLongToBeShownHidesNothing() throws Exception {
    DeletedFiles found =
        found(
            read(
                "d=$(printf '%0200d' 1); i=0; while [ $i -lt 30 ]; do mkdir $d; cd -P ./$d; i=$((i+1));"
                    + " done; exec 3>x; head -c 1000000 /dev/zero >&3; rm x"));
    assertEquals(1, found.files());
    assertEquals(allocated(3), found.allocatedBytes());
  }

  @Test
  void tooMuchToLookAtIsMissingAndNotLess() throws Exception {
    root =
        OverlayRoot.start(
            directory, "exec 3>/x; rm /x; for i in 4 5 6 7 8 9; do eval \"exec $i<&3\"; done");
    assertEquals(1, found(read(new DeletedFilesReader(HOST, 200))).files());
    assertEquals(
        Reading.missing(Cause.FAILED, "more processes and open files than are looked at (12)"),
        read(new DeletedFilesReader(HOST, LookBudget.PROCESS + 4)));
  }

  @Test
  void whoMayNotLookSaysSo() throws Exception {
    root = OverlayRoot.start(directory, "exec 3>/x; rm /x");
    String said =
        Privileges.run(
            Unprivileged.class,
            "env CGROUP=%s PID=%d setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace"
                .formatted(cgroup(directory), root.pid()));
    assertTrue(said.contains("NOT_PERMITTED") && said.contains("CAP_SYS_PTRACE"), said);
  }

  /** What is said without CAP_SYS_PTRACE. */
  static final class Unprivileged {
    public static void main(String[] arguments) {
      System.out.println(
          new DeletedFilesReader(HOST)
              .read(
                  KernelPath.of(System.getenv("CGROUP")),
                  Integer.parseInt(System.getenv("PID")),
                  mounts(Integer.parseInt(System.getenv("PID")))));
    }
  }

  @Test
  void whatIsNoOverlayHasNone() {
    int self = (int) ProcessHandle.current().pid();
    Reading<DeletedFiles> reading =
        new DeletedFilesReader(HOST).read(cgroup(directory), self, new MountTable(List.of()));
    assertEquals(Cause.NOT_APPLICABLE, ((Reading.Missing<DeletedFiles>) reading).cause());
  }

  @Test
  void nothingStaysOpen() throws Exception {
    root = OverlayRoot.start(directory, "exec 3>/x; rm /x; sleep 600 & started");
    DeletedFilesReader reader = new DeletedFilesReader(HOST);
    read(reader);
    long before = open();
    for (int i = 0; i < 50; i++) {
      found(read(reader));
    }
    assertTrue(open() <= before + 2, () -> "open descriptors grew");
  }

  private static long open() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }
}
