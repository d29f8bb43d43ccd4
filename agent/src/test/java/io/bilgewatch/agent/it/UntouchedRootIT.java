package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nothing below a container's root is held open: it would pin the overlay past its end. */
class UntouchedRootIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final Path FDS = Path.of("/proc/self/fd");

  private static TestAgent agent;

  @BeforeAll
  static void start() {
    for (String name : List.of("one", "two", "three")) {
      ENGINE.idle(name, "--tmpfs=/scratch:size=1m", "--volume=/data");
    }
    agent = TestAgent.watching(ENGINE.dataRoot());
    agent.scrapeWhen(
        "the containers are measured",
        scrape -> scrape.of("bilgewatch_tmpfs_bounded", "two").isPresent());
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  /** Descriptors of files on mounts that this process does not have, which are containers'. */
  private static Set<String> foreign() throws IOException {
    Set<String> own =
        KernelTruth.read(Path.of("/proc/self/mountinfo"))
            .lines()
            .map(line -> line.split(" ", 2)[0])
            .collect(Collectors.toSet());
    Set<String> foreign = new TreeSet<>();
    try (DirectoryStream<Path> fds = Files.newDirectoryStream(FDS)) {
      for (Path fd : fds) {
        String mount = mount(fd);
        if (!mount.isEmpty() && !own.contains(mount)) {
          foreign.add(fd.getFileName() + " on mount " + mount + ": " + link(fd));
        }
      }
    }
    return foreign;
  }

  /** The id of a file's mount; empty for sockets and the like, and for what was closed since. */
  private static String mount(Path fd) throws IOException {
    try {
      if (!link(fd).startsWith("/")) {
        return "";
      }
      return Files.readString(Path.of("/proc/self/fdinfo").resolve(fd.getFileName()))
          .lines()
          .filter(line -> line.startsWith("mnt_id:"))
          .map(line -> line.substring("mnt_id:".length()).strip())
          .findFirst()
          .orElse("");
    } catch (NoSuchFileException _) {
      return "";
    }
  }

  private static String link(Path fd) throws IOException {
    return Files.readSymbolicLink(fd).toString();
  }

  @Test
  void noDescriptorOutlivesALook() throws IOException, InterruptedException {
    int held = KernelTruth.of(ENGINE, "one").pid();
    try (var _ = Files.newInputStream(Path.of("/proc/" + held + "/root/etc/motd"))) {
      String found = foreign().toString();
      assertTrue(found.contains("/etc/motd"), "what this test would find: " + found);
    }
    Set<String> before = foreign();
    for (int i = 0; i < 20; i++) {
      Thread.sleep(210);
      Set<String> now = foreign();
      before.retainAll(now);
      assertEquals(Set.of(), before, "open for longer than a look takes");
      before = now;
    }
  }

  @Test
  void containersThatAreWatchedStopAndStartWithoutAWordFromTheKernel() {
    long before = complaints();
    for (int i = 0; i < 3; i++) {
      ENGINE.docker("stop", "--time=0", "one", "two", "three");
      ENGINE.docker("start", "one", "two", "three");
    }
    assertEquals(before, complaints());
    Scrape scrape =
        agent.scrapeWhen(
            "all run again",
            s ->
                List.of("one", "two", "three").stream()
                    .allMatch(name -> s.of("bilgewatch_tmpfs_bounded", name).isPresent()));
    assertTrue(scrape.of("bilgewatch_writable_layer_bytes", "one").isPresent());
  }

  /** "overlayfs: upperdir is in-use as upperdir/workdir of another mount" in the kernel's log. */
  private static long complaints() {
    Shell.Output output = Shell.run(Duration.ofSeconds(10), Map.of(), List.of("dmesg"));
    if (output.status() != 0) {
      Assumptions.abort("the kernel's log can't be read: " + output.stderr());
    }
    return output.text().lines().filter(line -> line.contains("is in-use as")).count();
  }
}
