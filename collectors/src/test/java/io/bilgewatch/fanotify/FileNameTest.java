package io.bilgewatch.fanotify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.kernel.KernelPath;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FileNameTest {
  @Test
  void aPlainName() {
    assertEquals(named("/var/log/a b", false), FileName.of(path("/var/log/a b"), 1));
    assertEquals(named("/a", false), FileName.of(path("/a"), 3));
  }

  @Test
  void aRemovedFile() {
    assertEquals(named("/tmp/x", true), FileName.of(path("/tmp/x (deleted)"), 0));
    assertEquals(
        named("/tmp/x (deleted)", true), FileName.of(path("/tmp/x (deleted) (deleted)"), 0));
  }

  @Test
  void aMarkThatTheLinksContradictIsNotBelieved() {
    assertEquals(Optional.empty(), FileName.of(path("/tmp/x (deleted)"), 1));
    assertEquals(Optional.empty(), FileName.of(path("/tmp/x"), 0));
    assertEquals(Optional.empty(), FileName.of(path(" (deleted)"), 0));
  }

  @Test
  void whatIsBelowNoRootHasNoName() {
    assertEquals(Optional.empty(), FileName.of(path("(unreachable)/x"), 1));
    assertEquals(Optional.empty(), FileName.of(path("pipe:[1]"), 1));
    assertEquals(Optional.empty(), FileName.of(path(""), 1));
  }

  private static Optional<FileName> named(String path, boolean deleted) {
    return Optional.of(new FileName(path(path), deleted));
  }

  private static KernelPath path(String text) {
    return KernelPath.of(text);
  }
}
