package io.bilgewatch.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.testing.Root;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessPostureReaderTest {
  @TempDir private Path tree;

  @Test
  void aChildWithoutPrivileges() throws Exception {
    Root.required();
    Process child =
        new ProcessBuilder(
                "setpriv",
                "--reuid=12345",
                "--regid=23456",
                "--clear-groups",
                "--bounding-set=-all,+chown",
                "--no-new-privs",
                "sh",
                "-c",
                "echo ok; exec sleep 600")
            .start();
    try {
      assertEquals("ok", child.inputReader().readLine());
      int pid = (int) child.pid();
      Reading<ProcessPosture> reading = new ProcessPostureReader(HostRoot.LIVE).read(pid);
      ProcessPosture posture = reading.optional().orElseThrow(() -> new AssertionError(reading));
      assertEquals(12345, posture.effectiveUid());
      assertEquals(23456, posture.effectiveGid());
      assertEquals(0, posture.effectiveCapabilities());
      assertEquals(0, posture.permittedCapabilities());
      assertEquals(1, posture.boundingCapabilities(), "CAP_CHOWN is bit 0");
      assertTrue(posture.noNewPrivileges());
      assertNotEquals(OptionalInt.of(1), posture.seccompMode());
    } finally {
      child.destroyForcibly().onExit().join();
    }
  }

  @Test
  void aContainerUnderAUserNamespace() throws Exception {
    Path process = Files.createDirectories(tree.resolve("proc/42/attr"));
    Files.writeString(
        process.resolveSibling("status"),
        """
        Name:\tx
        Uid:\t100033\t100033\t100033\t100033
        Gid:\t100033\t100033\t100033\t100033
        CapPrm:\t0
        CapEff:\t0
        CapBnd:\t0
        NoNewPrivs:\t0
        """);
    Files.writeString(process.resolveSibling("uid_map"), "0 100000 65536\n");
    Files.writeString(process.resolve("current"), "docker-default (enforce)\n");
    ProcessPosture posture = read();
    assertEquals(100_033, posture.effectiveUid());
    assertEquals(33, posture.containerUid());
    assertEquals("docker-default (enforce)", posture.securityLabel());
    assertEquals(OptionalInt.empty(), posture.seccompMode());

    Files.delete(process.resolve("current"));
    Files.delete(process.resolveSibling("uid_map"));
    assertEquals("", read().securityLabel(), "a kernel without security modules");
    assertEquals(100_033, read().containerUid(), "a kernel without user namespaces");
  }

  @Test
  void aProcessThatHasEndedHasVanished() {
    var posture = new ProcessPostureReader(new HostRoot(tree)).read(42);
    assertEquals(Reading.Cause.VANISHED, assertInstanceOf(Reading.Missing.class, posture).cause());
    var identity = ProcessIdentity.read(new HostRoot(tree), 42);
    assertEquals(Reading.Cause.VANISHED, assertInstanceOf(Reading.Missing.class, identity).cause());
  }

  @Test
  void aNumberThatIsUsedAgainIsAnotherProcess() {
    int self = (int) ProcessHandle.current().pid();
    var mine = ProcessIdentity.read(HostRoot.LIVE, self).optional().orElseThrow();
    var first = ProcessIdentity.read(HostRoot.LIVE, 1).optional().orElseThrow();
    assertEquals(mine, ProcessIdentity.read(HostRoot.LIVE, self).optional().orElseThrow());
    assertTrue(first.startTicks() < mine.startTicks());
  }

  private ProcessPosture read() {
    return new ProcessPostureReader(new HostRoot(tree)).read(42).optional().orElseThrow();
  }
}
