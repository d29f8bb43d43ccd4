package io.bilgewatch.oom;

import java.util.Optional;

/**
 * Two cgroups in one text with a separator between them. A container that may make cgroups below
 * its own can put the separator into their names, followed by another container's path. But the
 * victim's cgroup always lies at or below the one whose limit was hit, and that begins with a part
 * which no container chooses: so only a split of which this holds is believed. Where there is none,
 * since the text breaks off, what stands before the first separator still begins as the kernel
 * wrote it.
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

  /** What stands before the first separator, or all. */
  static String firstOf(String text, String separator) {
    int at = text.indexOf(separator);
    return at < 0 ? text : text.substring(0, at);
  }

  private static Optional<CgroupPair> split(String text, String separator, boolean outerFirst) {
    for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + 1)) {
      CgroupPair pair =
          new CgroupPair(text.substring(0, at), text.substring(at + separator.length()));
      if (outerFirst ? below(pair.second, pair.first) : below(pair.first, pair.second)) {
        return Optional.of(pair);
      }
    }
    return Optional.empty();
  }

  static boolean below(String path, String directory) {
    if (!path.startsWith("/") || !directory.startsWith("/")) {
      return false;
    }
    return directory.equals("/")
        || (path.startsWith(directory)
            && (path.length() == directory.length() || path.charAt(directory.length()) == '/'));
  }
}
