package io.bilgewatch.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.bilgewatch.testing.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MountChangesTest {
  private static final long REST = MountChanges.REST.toNanos();
  private static final long LONGEST = MountChanges.LONGEST.toNanos();

  @TempDir private Path directory;
  private MountChanges changes;

  @Test
  void onlyWhatTheKernelTellsOfIsAnotherVersionAndNotMoreOftenThanEachMinute() throws Exception {
    try (Sandbox sandbox = Sandbox.start(directory, "mkdir \"$ROOT/x\"")) {
      changes = new MountChanges(Path.of("/proc", Long.toString(sandbox.pid()), "mountinfo"));
      long first = changes.version(0);
      assertEquals(first, changes.version(2 * REST), "nothing changed");
      sandbox.run("mount", "-t", "tmpfs", "-o", "size=1m", "other", "/x");
      long mounted = changes.version(2 * REST + 1);
      assertNotEquals(first, mounted);
      sandbox.run("mount", "-o", "remount,ro", "/x");
      assertEquals(mounted, changes.version(3 * REST), "too soon");
      long remounted = changes.version(3 * REST + 1);
      assertNotEquals(mounted, remounted, "it is not forgotten");
      assertEquals(remounted, changes.version(5 * REST));
      sandbox.run("umount", "/x");
      assertNotEquals(remounted, changes.version(5 * REST));
    } finally {
      changes.close();
    }
  }

  @Test
  void whatTheKernelSaysNothingOfIsReadAgainAfterAWhile() throws Exception {
    try (MountChanges own = new MountChanges(Path.of("/proc/self/mountinfo"))) {
      long first = own.version(0);
      assertNotEquals(first, own.version(LONGEST));
    }
    Path file = Files.createFile(directory.resolve("mountinfo"));
    assertReadEachMinute(new MountChanges(file));
    assertReadEachMinute(new MountChanges(directory.resolve("nowhere")));
    MountChanges closed = new MountChanges(Path.of("/proc/self/mountinfo"));
    closed.version(-REST);
    closed.close();
    assertReadEachMinute(closed);
  }

  private static void assertReadEachMinute(MountChanges unknown) {
    try (unknown) {
      long first = unknown.version(0);
      assertEquals(first, unknown.version(REST - 1));
      long second = unknown.version(REST);
      assertNotEquals(first, second);
      assertEquals(second, unknown.version(2 * REST - 1));
      assertNotEquals(second, unknown.version(2 * REST));
    }
  }
}
