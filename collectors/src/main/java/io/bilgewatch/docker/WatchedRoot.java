package io.bilgewatch.docker;

import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The inotify watches of one data root: its containers' parent directory and each container's own.
 * Not safe for use by several threads.
 */
final class WatchedRoot {
  private static final WatchEvent.Kind<?>[] KINDS = {
    StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE
  };

  private final Path directory;
  private final WatchService service;
  private final Map<String, WatchKey> containers = new HashMap<>();
  private Optional<WatchKey> parent = Optional.empty();
  private Object inode = "";
  private Optional<Reading<Integer>> problem = Optional.empty();

  /**
   * @param directory the containers' parent, seen from here
   */
  WatchedRoot(Path directory, WatchService service) {
    this.directory = directory;
    this.service = service;
  }

  Reading<Integer> status() {
    return problem.orElseGet(() -> Reading.of(containers.size()));
  }

  /** Begins to watch where nothing is watched yet, or not all, or another directory. */
  void refresh() {
    try {
      Object now = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
      if (!now.equals(inode)) {
        cancel();
        inode = now;
      }
      if (problem.isPresent() || !isWatching()) {
        begin();
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  private boolean isWatching() {
    return parent.isPresent()
        && parent.get().isValid()
        && containers.values().stream().allMatch(WatchKey::isValid);
  }

  /** The parent first: what appears while the directory is listed is then an event. */
  private void begin() throws IOException {
    parent = Optional.of(directory.register(service, KINDS));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        watch(entry.getFileName().toString());
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    problem = Optional.empty();
  }

  private void watch(String name) throws IOException {
    Path container = directory.resolve(name);
    try {
      if (StateFiles.isContainerId(name) && StateFiles.attributes(container).isDirectory()) {
        containers.put(name, container.register(service, KINDS));
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      // It went again.
    }
  }

  private void fail(IOException e) {
    problem =
        Optional.of(
            e instanceof NoSuchFileException
                ? Reading.missing(Cause.NOT_APPLICABLE, "no directory " + directory)
                : Reading.failed(e));
  }

  void cancel() {
    parent.ifPresent(WatchKey::cancel);
    containers.values().forEach(WatchKey::cancel);
    parent = Optional.empty();
    containers.clear();
    inode = "";
  }

  /**
   * Takes note of what happened in a directory, if it is one of ours.
   *
   * @param valid whether the directory is still there
   * @return whether it is worth a look
   */
  boolean handle(WatchKey key, List<WatchEvent<?>> events, boolean valid) {
    if (parent.isPresent() && parent.get().equals(key)) {
      if (!valid) {
        cancel();
        fail(new NoSuchFileException(directory.toString()));
        return true;
      }
      events.forEach(this::handle);
      return !events.isEmpty();
    }
    if (!containers.containsValue(key)) {
      return false;
    }
    return !valid || events.stream().anyMatch(WatchedRoot::isOfState);
  }

  private void handle(WatchEvent<?> event) {
    String name = String.valueOf(event.context());
    WatchKey gone = containers.remove(name);
    if (gone != null) {
      gone.cancel();
    }
    try {
      if (is(event, StandardWatchEventKinds.ENTRY_CREATE)) {
        watch(name);
      } else if (is(event, StandardWatchEventKinds.OVERFLOW)) {
        begin();
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  /** A container that prints a lot rotates its log there: no reason to wake anybody. */
  private static boolean isOfState(WatchEvent<?> event) {
    String name = String.valueOf(event.context());
    return is(event, StandardWatchEventKinds.OVERFLOW)
        || StateFiles.CONFIG.contains(name)
        || StateFiles.HOST_CONFIG.contains(name);
  }

  private static boolean is(WatchEvent<?> event, WatchEvent.Kind<?> kind) {
    return event.kind().equals(kind);
  }
}
