package io.bilgewatch.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XattrsTest {
  /** With getxattrat(2) where this kernel has it, and by the way round that older ones need. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsAnEntryItselfAndNotWhatItPointsTo(boolean getxattrat, @TempDir Path folder)
      throws IOException {
    Path target = Files.createFile(folder.resolve("target"));
    Files.createSymbolicLink(folder.resolve("link"), target);
    SetXattr.set(target, "user.mark", "yes");
    try (Directory directory = new Directory();
        DirectoryOpener opener = new DirectoryOpener();
        Xattrs xattrs = new Xattrs(HostRoot.LIVE.proc("self", "fd"), getxattrat)) {
      Xattrs.Name name = new Xattrs.Name("user.mark");
      directory.adopt(opener.open(KernelPath.of(folder.toString())));
      int found = 0;
      while (directory.advance() == 1) {
        boolean isLink = directory.nameLength() == "link".length();
        int expected = isLink ? -Errno.ENODATA : "yes".length();
        assertEquals(expected, xattrs.ofEntry(directory, name));
        found++;
      }
      assertEquals(2, found);
    }
  }
}
