package io.bilgewatch.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native calls against what the JDK says of the same files. */
class StatxTest {
  @TempDir private Path directory;

  @Test
  void saysWhatTheJdkSays() throws Exception {
    Path file = directory.resolve("file");
    Files.write(file, new byte[123_456]);
    Files.createLink(directory.resolve("link"), file);
    try (Statx statx = new Statx();
        Fd fd = Fd.open(file, Fd.O_PATH)) {
      statx.of(fd);
      assertEquals(Files.getAttribute(file, "unix:ino"), statx.inode());
      assertEquals(Files.getAttribute(file, "unix:mode"), statx.mode());
      assertEquals(Files.getAttribute(file, "unix:uid"), statx.uid());
      assertEquals(Files.getAttribute(file, "unix:gid"), statx.gid());
      assertEquals(2, statx.links());
      assertEquals(123_456, statx.sizeBytes());
      assertEquals(Files.getLastModifiedTime(file), FileTime.from(statx.modified()));
      assertFalse(statx.isDirectory());
      long device = (Long) Files.getAttribute(file, "unix:dev");
      assertEquals(device, makedev(statx.deviceMajor(), statx.deviceMinor()));
    }
  }

  @Test
  void statfsSaysWhatTheJdkSays() throws Exception {
    FileStore store = Files.getFileStore(directory);
    try (StatFs statfs = new StatFs();
        Fd fd = Fd.open(directory, Fd.O_PATH | Fd.O_DIRECTORY)) {
      assertEquals(store.getTotalSpace(), statfs.of(fd).sizeBytes());
      assertTrue(statfs.availableBytes() <= statfs.freeBytes());
    }
  }

  @Test
  void anErrorKnowsItsCauseWhateverTheFileIsCalled() {
    Path named = directory.resolve("Permission denied");
    IOException error = assertThrows(IOException.class, () -> Fd.open(named, Fd.O_PATH).close());
    assertEquals(Reading.Cause.VANISHED, ((Reading.Missing<?>) Reading.failed(error)).cause());
  }

  @Test
  void walkRefusesLinksAndParents() throws Exception {
    Files.createDirectories(directory.resolve("a/b"));
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("a"));
    try (Fd root = Fd.open(directory, Fd.O_PATH | Fd.O_DIRECTORY)) {
      for (String good : new String[] {"/", "", "/a/b", "a//b", "/a/b/"}) {
        OpenHow.walk(root, KernelPath.of(good)).close();
        OpenHow.withoutLinks(root, KernelPath.of(good.isEmpty() ? "/" : good)).close();
      }
      for (String bad : new String[] {"/link/b", "/../x", "/a/../a", "/a/none"}) {
        assertThrows(ErrnoException.class, () -> OpenHow.walk(root, KernelPath.of(bad)).close());
      }
      assertThrows(
          ErrnoException.class, () -> OpenHow.withoutLinks(root, KernelPath.of("/link/b")).close());
    }
  }

  private static long makedev(long major, long minor) {
    return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12 | (major & ~0xfffL) << 32;
  }
}
