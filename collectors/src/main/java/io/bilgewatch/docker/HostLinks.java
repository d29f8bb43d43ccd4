package io.bilgewatch.docker;

import io.bilgewatch.kernel.HostRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Symbolic links as the host itself follows them: an absolute one starts over at the host's root
 * directory, wherever that is mounted here.
 */
record HostLinks(HostRoot root) {
  /** What the kernel allows (path_resolution(7)). */
  private static final int MAX_LINKS = 40;

  /** The path as the host names it, without links; what does not exist stays as written. */
  Path resolve(Path absolute) {
    Deque<Path> names = new ArrayDeque<>();
    push(names, absolute);
    Path done = Path.of("/");
    int links = 0;
    while (!names.isEmpty()) {
      Path next = done.resolve(names.pop()).normalize();
      Path target = links < MAX_LINKS ? target(root.host(next)) : null;
      if (target == null) {
        done = next;
      } else {
        links++;
        done = target.isAbsolute() ? Path.of("/") : done;
        push(names, target);
      }
    }
    return done;
  }

  private static void push(Deque<Path> names, Path path) {
    List<Path> parts = new ArrayList<>();
    path.forEach(parts::add);
    parts.reversed().forEach(names::push);
  }

  private static Path target(Path seenFromHere) {
    try {
      return Files.isSymbolicLink(seenFromHere) ? Files.readSymbolicLink(seenFromHere) : null;
    } catch (IOException _) {
      return null;
    }
  }
}
