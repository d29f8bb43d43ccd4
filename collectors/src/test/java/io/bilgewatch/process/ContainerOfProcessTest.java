package io.bilgewatch.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.libc.BootClock;
import io.bilgewatch.process.ProcessOwner.OfContainer;
import io.bilgewatch.process.ProcessOwner.Unknown;
import io.bilgewatch.testing.Root;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the live host, and on files as it writes them. */
class ContainerOfProcessTest {
  private static final String ID = "d1".repeat(32);

  @TempDir private Path root;

  private static ProcessOwner now(long pid) {
    try (ContainerOfProcess reader = new ContainerOfProcess(HostRoot.LIVE)) {
      return reader.now((int) pid);
    }
  }

  private static ProcessOwner at(long pid, Instant event) {
    try (ContainerOfProcess reader = new ContainerOfProcess(HostRoot.LIVE)) {
      return reader.at((int) pid, event);
    }
  }

  @Test
  void theBootClockIsThatOfUptime() throws IOException {
    try (BootClock clock = new BootClock()) {
      double before =
          Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", -1)[0]);
      assertEquals(before, clock.nanos() / 1e9, 2);
    }
  }

  @Test
  void aProcessThatBeganAfterTheEventIsAnother() throws Exception {
    Root.required();
    try (TestContainer container = TestContainer.create(ID)) {
      Instant before = Instant.now().minusMillis(200);
      Process process = container.start("sleep 60");
      try {
        assertEquals(new OfContainer(ID), at(process.pid(), Instant.now()));
        assertEquals(new OfContainer(ID), now(process.pid()));
        assertInstanceOf(Unknown.class, at(process.pid(), before));
        assertInstanceOf(Unknown.class, at(process.pid(), Instant.MIN));
      } finally {
        process.destroyForcibly().waitFor();
      }
      assertInstanceOf(Unknown.class, now(process.pid()));
    }
  }

  @Test
  void kernelThreadsAreTheHosts() {
    assertEquals(ProcessOwner.HOST, now(2));
    assertInstanceOf(Unknown.class, now(0));
    assertInstanceOf(Unknown.class, now(-1));
  }

  private void process(String cgroup, String stat) throws IOException {
    Path directory = Files.createDirectories(root.resolve("proc/77"));
    Files.writeString(directory.resolve("cgroup"), cgroup);
    Files.writeString(directory.resolve("stat"), stat);
  }

  private ProcessOwner read() {
    try (ContainerOfProcess reader = new ContainerOfProcess(new HostRoot(root))) {
      return reader.now(77);
    }
  }

  @Test
  void fromTheNamespaceOfAContainer() throws IOException {
    Path namespaces = Files.createDirectories(root.resolve("proc/self/ns"));
    Files.createSymbolicLink(namespaces.resolve("cgroup"), Path.of("cgroup:[4026532001]"));
    String stat = "77 (x) S 1 77 77 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 4321 9 9 9\n";
    process("0::/\n", stat);
    assertInstanceOf(Unknown.class, read());
    process("0::/../" + ID + "\n", stat);
    assertEquals(new OfContainer(ID), read());
  }

  @Test
  void whatIsNotUnderstoodIsUnknownAndSaysWhy() throws IOException {
    process("nonsense\n", "");
    assertTrue(((Unknown) read()).why().contains("hierarchy:controllers:path"), read()::toString);
    process("0::/\n", "77 (x\n");
    assertTrue(((Unknown) read()).why().contains("state"), read()::toString);
  }
}
