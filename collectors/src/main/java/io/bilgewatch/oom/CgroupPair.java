package io.bilgewatch.oom;

import java.util.Optional;

/**
 * Two cgroups in one text with a separator between them. A container that may make cgroups below
 * its own can put the separator into their names, followed by another container's path. But the
 * victim's cgroup always lies at or below the one whose limit was hit, and that begins with a part
 * which no container chooses: so only a split of which this holds is the kernel's.
 */
record CgroupPair(String first, String second) {

  /** Where the victim's cgroup stands behind the one whose limit was hit. */
  static Optional<CgroupPair> outerFirst(String text, String separator) {
    return split(text, separator, true);
  }

  /** Where the victim's cgroup stands before the one whose limit was hit. */
  static Optional<CgroupPair> innerFirst(String text, String separator) {
    return split(text, separator, false);
  }

  private static Optional<CgroupPair> split(String text, String separator, boolean outerFirst) {
    Optional<CgroupPair> leftmost = Optional.empty();
    for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + 1)) {
      CgroupPair pair =
          new CgroupPair(text.substring(0, at), text.substring(at + separator.length()));
      if (!pair.second.startsWith("/")) {
        continue;
      }
      if (outerFirst ? below(pair.second, pair.first) : below(pair.first, pair.second)) {
        return Optional.of(pair);
      }
      if (leftmost.isEmpty()) {
        leftmost = Optional.of(pair);
      }
    }
    // A group of tasks that were moved meanwhile, or a text that breaks off.
    return leftmost;
  }

  static boolean below(String path, String directory) {
    return directory.equals("/")
        || (path.startsWith(directory)
            && (path.length() == directory.length() || path.charAt(directory.length()) == '/'));
  }
}
