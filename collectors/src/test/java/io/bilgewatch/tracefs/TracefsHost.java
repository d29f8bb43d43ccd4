package io.bilgewatch.tracefs;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.testing.Root;
import io.bilgewatch.testing.Shell;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * This host's kernel below a directory, with its tracefs mounted whether the host has it mounted or
 * not. Gone with its scope, and with it everything that this process left in tracefs.
 */
final class TracefsHost implements AutoCloseable {
  private final Path root;
  private final HostRoot host;

  private TracefsHost(Path root) {
    this.root = root;
    this.host = new HostRoot(root);
  }

  static TracefsHost mount(Path root) throws IOException, InterruptedException {
    Root.required();
    Files.createSymbolicLink(root.resolve("proc"), Path.of("/proc"));
    Path tracefs = Files.createDirectories(root.resolve("sys/kernel/tracing"));
    Shell.run("mount", "-t", "tracefs", "tracefs", tracefs.toString());
    return new TracefsHost(root);
  }

  HostRoot host() {
    return host;
  }

  Path instance(String name) {
    return host.tracefs("instances", name);
  }

  /** The names in {@code instances} that begin with this. */
  List<String> instances(String prefix) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(host.tracefs("instances"))) {
      all.forEach(path -> names.add(String.valueOf(path.getFileName())));
    }
    return names.stream().filter(name -> name.startsWith(prefix)).sorted().toList();
  }

  /** The lines of {@code dynamic_events} that hold this. */
  List<String> probes(String text) throws IOException {
    Path events = host.tracefs("dynamic_events");
    return Files.exists(events)
        ? Files.readAllLines(events).stream().filter(line -> line.contains(text)).toList()
        : List.of();
  }

  @Override
  public void close() throws IOException {
    try {
      String mine = Owner.self(host).group();
      for (String name : instances(mine)) {
        TraceInstance.tryRemove(instance(name));
      }
      NameProbes.remove(Tracefs.of(host), mine::equals);
    } finally {
      Files.delete(root.resolve("proc"));
      unmount(root.resolve("sys/kernel/tracing"));
    }
  }

  private static void unmount(Path directory) {
    try {
      Shell.run("umount", directory.toString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
