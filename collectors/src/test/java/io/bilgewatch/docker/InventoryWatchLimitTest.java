package io.bilgewatch.docker;

import static io.bilgewatch.docker.Fixtures.container;
import static io.bilgewatch.docker.Fixtures.id;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bilgewatch.kernel.HostRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Under the kernel's real limits, which a user namespace of one's own may lower for itself. */
final class InventoryWatchLimitTest {
  @TempDir Path host;

  /** What runs below the limits: watches, and prints what it could watch. */
  static final class Watcher {
    private Watcher() {}

    public static void main(String[] arguments) throws IOException {
      HostRoot root = new HostRoot(Path.of(arguments[0]));
      try (InventoryWatch watch = new InventoryWatch(root, () -> {})) {
        watch.retarget(List.of(Path.of("/data")));
        System.out.println(watch.available() + " " + watch.status());
      }
    }
  }

  private String output(String limit, int value) throws IOException, InterruptedException {
    String java = ProcessHandle.current().info().command().orElseThrow();
    String script = "echo " + value + " > \"$1\" || exit 77; shift; exec \"$@\"";
    Process process =
        new ProcessBuilder(
                List.of(
                    "unshare",
                    "--user",
                    "--map-root-user",
                    "sh",
                    "-c",
                    script,
                    "sh",
                    HostRoot.LIVE.proc("sys", "user", limit).toString(),
                    java,
                    "-cp",
                    System.getProperty("java.class.path"),
                    Watcher.class.getName(),
                    host.toString()))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(process.waitFor() != 77 && !output.contains("unshare"), "no user namespaces");
    return output;
  }

  @Test
  void withTooFewWatchesItSaysSo() throws Exception {
    for (int i = 0; i < 10; i++) {
      container(host.resolve("data"), id(i), "c" + i);
    }
    String output = output("max_inotify_watches", 4);
    assertTrue(output.contains("limit of inotify watches"), output);
    assertTrue(output("max_inotify_watches", 4000).contains("Present[value=10]"));
  }

  @Test
  void withoutAnInstanceItSaysSo() throws Exception {
    String output = output("max_inotify_instances", 0);
    assertTrue(output.contains("no inotify"), output);
  }
}
