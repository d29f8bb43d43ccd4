package io.bilgewatch.agent.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.Shell;
import io.bilgewatch.kernel.HostRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceLabelTest {

  @Test
  void isTheHostsNameAndThePort() throws Exception {
    assertEquals(
        Shell.text("uname", "-n") + ":10058",
        InstanceLabel.of(Optional.empty(), HostRoot.LIVE, 10058));
  }

  @Test
  void isWhatTheConfigurationSays(@TempDir Path nowhere) throws Exception {
    assertEquals("web1:1", InstanceLabel.of(Optional.of("web1:1"), new HostRoot(nowhere), 10058));
  }

  /** In a container the kernel's answer is the container's own name. */
  @Test
  void isTheWatchedHostsNameInAContainer(@TempDir Path host) throws Exception {
    HostRoot root = new HostRoot(host);
    Files.createDirectories(root.proc("sys", "kernel"));
    Files.writeString(root.proc("sys", "kernel", "hostname"), "4f2c0d1e\n");
    assertEquals("4f2c0d1e:10058", InstanceLabel.of(Optional.empty(), root, 10058));
    Files.createDirectories(host.resolve("etc"));
    Files.writeString(host.resolve("etc/hostname"), "web1\n");
    assertEquals("web1:10058", InstanceLabel.of(Optional.empty(), root, 10058));
  }

  @Test
  void isNotMadeUp(@TempDir Path nowhere) {
    String said =
        assertThrows(
                IOException.class,
                () -> InstanceLabel.of(Optional.empty(), new HostRoot(nowhere), 10058))
            .getMessage();
    assertTrue(said.endsWith("set alertmanager.instance"), said);
  }
}
