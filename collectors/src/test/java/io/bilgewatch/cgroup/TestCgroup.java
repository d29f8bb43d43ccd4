package io.bilgewatch.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A memory cgroup of the live host, made and removed by a test. */
final class TestCgroup {
  private static final Path V1 = Path.of("/sys/fs/cgroup/memory");
  private static final Path V2 = Path.of("/sys/fs/cgroup");

  private TestCgroup() {}

  static Path create(String name, long limit, long pid) throws IOException {
    boolean v1 = Files.exists(V1.resolve("memory.usage_in_bytes"));
    Path directory = Files.createDirectory((v1 ? V1 : V2).resolve(name));
    if (!v1 && !Files.exists(directory.resolve("memory.max"))) {
      Files.writeString(V2.resolve("cgroup.subtree_control"), "+memory");
    }
    Files.writeString(
        directory.resolve(v1 ? "memory.limit_in_bytes" : "memory.max"), Long.toString(limit));
    Files.writeString(directory.resolve("cgroup.procs"), Long.toString(pid));
    return directory;
  }

  /** A process that has just ended keeps its cgroup busy for a moment. */
  static void remove(Path directory) throws IOException, InterruptedException {
    for (int i = 0; ; i++) {
      try {
        Files.delete(directory);
        return;
      } catch (IOException e) {
        if (i == 100) {
          throw e;
        }
        Thread.sleep(20);
      }
    }
  }
}
