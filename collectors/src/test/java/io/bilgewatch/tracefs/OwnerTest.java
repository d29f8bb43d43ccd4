package io.bilgewatch.tracefs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OwnerTest {
  @TempDir Path root;

  private HostRoot host(int pid, String stat) throws IOException {
    Path process = Files.createDirectories(root.resolve("proc/" + pid));
    Files.writeString(process.resolve("stat"), stat);
    if (!Files.exists(root.resolve("proc/self"))) {
      Files.createSymbolicLink(root.resolve("proc/self"), Path.of(Integer.toString(pid)));
    }
    return new HostRoot(root);
  }

  private static String stat(int pid, String comm, long start) {
    return pid
        + " ("
        + comm
        + ") S 1 1 1 0 -1 4194560 9 0 0 0 0 0 0 0 20 0 1 0 "
        + start
        + " 2 3\n";
  }

  @Test
  void nameSaysWhoseItIs() throws IOException {
    Owner owner = Owner.self(host(413, stat(413, "java) S 1 (x", 5512)));
    assertEquals(new Owner(413, 5512), owner);
    assertEquals("bilgewatch_413_5512_tasks", owner.nameOf("tasks"));
    assertEquals(Optional.of(owner), Owner.of("bilgewatch_413_5512_tasks"));
    assertEquals(Optional.of(owner), Owner.of(owner.group()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bilgewatch",
        "bilgewatch_413",
        "bilgewatch_413_x",
        "bilgewatch_413_5512_",
        "bilgewatch_413_5512_tasks2",
        "mybilgewatch_413_5512",
        "bilgewatch_99999999999_5512",
        "bilgewatch_-1_5512",
        "rasdaemon"
      })
  void othersNames(String name) {
    assertEquals(Optional.empty(), Owner.of(name));
  }

  @Test
  void deadOnlyWhereThatIsCertain() throws IOException {
    HostRoot host = host(413, stat(413, "java", 5512));
    assertFalse(new Owner(413, 5512).isDead(host));
    assertTrue(new Owner(413, 5511).isDead(host), "a later process has its number");
    assertTrue(new Owner(414, 5512).isDead(host));
    host(415, "nonsense");
    assertFalse(new Owner(415, 5512).isDead(host));
    Files.delete(root.resolve("proc/self"));
    assertFalse(new Owner(414, 5512).isDead(host), "without a readable proc nobody is dead");
  }

  @Test
  void thisProcess() throws IOException {
    Owner self = Owner.self(HostRoot.LIVE);
    assertEquals(ProcessHandle.current().pid(), self.pid());
    assertFalse(self.isDead(HostRoot.LIVE));
  }
}
