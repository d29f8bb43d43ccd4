package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file that is never answered, as on a dead mount: open(2) of a pipe without a writer sleeps in
 * the kernel for ever.
 */
class HangIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String MOUNTINFO = "proc/4242/mountinfo";
  private static final String USAGE = "sys/fs/cgroup/memory/docker/@DB@/memory.usage_in_bytes";

  @TempDir private Path directory;
  private FakeHost host;

  @BeforeEach
  void unpack() throws IOException {
    host = FakeHost.unpack("debian12-docker20.10-cgroup1", directory);
  }

  @AfterEach
  void removeLinks() throws IOException {
    host.close();
  }

  @Test
  void theOneThatHangsIsAloneAndComesBack() throws IOException {
    String table = Files.readString(host.path(MOUNTINFO));
    Path pipe = replaceByPipe(MOUNTINFO);
    try (AgentProcess agent =
        AgentProcess.serve("--host.root=" + directory, "--config.file=" + quick())) {
      Await.until("stuck", SOON, () -> missing(agent, "web", "mounts"));
      assertTrue(agent.scrape().of("bilgewatch_rootfs_readonly", "web").isEmpty());
      assertEquals(1, agent.scrape().value("bilgewatch_container_log_bytes", "web") / 1724);

      host.write(USAGE, "12345678\n");
      Duration fresh =
          Await.until(
              "the others stay fresh",
              Duration.ofSeconds(4),
              () -> usage(agent).equals(OptionalDouble.of(12_345_678)));
      System.out.printf("another container's figure took %d ms%n", fresh.toMillis());
      assertEquals(1, agent.logLines("container web: mounts").size(), agent.log());

      Files.writeString(directory.resolve("regular"), table);
      Files.move(
          directory.resolve("regular"),
          host.path(MOUNTINFO),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      Files.writeString(pipe, table);
      Await.until(
          "back",
          SOON,
          () ->
              agent.scrape().of("bilgewatch_rootfs_readonly", "web").equals(OptionalDouble.of(1)));
      Await.until("well", SOON, () -> !missing(agent, "web", "mounts"));
      assertEquals(1, agent.logLines("container web: mounts: well again").size(), agent.log());
      assertEquals(0, agent.signal("TERM").code());
    }
  }

  @Test
  void stopsWhileSomethingHangs() throws IOException {
    replaceByPipe(USAGE);
    replaceByPipe(MOUNTINFO);
    try (AgentProcess agent = AgentProcess.serve("--host.root=" + directory)) {
      Await.until("stuck", SOON, () -> missing(agent, "db", "memory"));
      AgentProcess.Ended ended = agent.signal("TERM");
      assertEquals(0, ended.code(), agent.log());
      assertTrue(ended.after().toSeconds() < 5, ended.after() + agent.log());
    }
  }

  /** Also of a command that answers once: it says what hangs, and ends. */
  @Test
  void diagnoseSaysWhatHangs() throws IOException {
    replaceByPipe(MOUNTINFO);
    Shell.Output diagnosed = AgentProcess.run("diagnose", "--host.root=" + directory);
    assertEquals(1, diagnosed.status(), diagnosed.stderr());
    assertTrue(diagnosed.text().contains("look for a dead mount"), diagnosed.text());
  }

  private Path quick() throws IOException {
    return Files.writeString(directory.resolve("agent.yml"), "mounts.interval: 1s\n");
  }

  /** Returns another name of the pipe, by which it can be fed once it is replaced. */
  private Path replaceByPipe(String name) throws IOException {
    Path other = host.path(name).resolveSibling(host.path(name).getFileName() + ".pipe");
    Files.delete(host.path(name));
    Shell.text("mkfifo", other.toString());
    return Files.createLink(host.path(name), other).resolveSibling(other);
  }

  private static boolean missing(AgentProcess agent, String container, String reading) {
    return agent
        .scrape()
        .of(
            "bilgewatch_reading_missing",
            container,
            "cause=\"stuck\"",
            "reading=\"" + reading + "\"")
        .isPresent();
  }

  private static OptionalDouble usage(AgentProcess agent) {
    return agent.scrape().of("bilgewatch_memory_usage_bytes", "db");
  }
}
