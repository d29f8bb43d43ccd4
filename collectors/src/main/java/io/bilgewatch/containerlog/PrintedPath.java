package io.bilgewatch.containerlog;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A path as a program printed it among other text: quoted, in a list, with a full stop behind. */
final class PrintedPath {
  /** Longer ones no system call takes (PATH_MAX). */
  private static final int LONGEST = 4096;

  private static final String OPENING = "'\"‘“`«";
  private static final List<String> CLOSING = List.of("'", "\"", "’", "”", "`'", "»");
  private static final Set<String> SCRIPTS_AND_KEYS =
      Set.of("sh", "py", "pl", "rb", "exe", "so", "key", "pem", "crt", "sock");
  private static final Set<String> SETTINGS =
      Set.of("conf", "cnf", "cfg", "ini", "yml", "yaml", "toml", "properties");

  private PrintedPath() {}

  /** The path alone; empty where nothing is left of it. */
  static Optional<String> of(String printed) {
    String text = printed.strip();
    if (text.startsWith("(") && text.endsWith(")")) {
      // Ruby's rename: (from, to).
      text = text.substring(Math.max(1, text.lastIndexOf(", ") + 1), text.length() - 1).strip();
    }
    text = unquoted(withoutEdge(text));
    boolean isPath = !text.isEmpty() && text.length() <= LONGEST && text.indexOf('\n') < 0;
    return isPath ? Optional.of(text) : Optional.empty();
  }

  /** A rule may have had to take the character before the path with it. */
  private static String withoutEdge(String text) {
    int from = 0;
    while (from < text.length() && "=:,(>|[".indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    return text.substring(from);
  }

  private static String unquoted(String text) {
    int kind = text.isEmpty() ? -1 : OPENING.indexOf(text.charAt(0));
    if (kind < 0) {
      return withoutStop(text);
    }
    int last = text.length() - 1;
    boolean closed = last > 0 && CLOSING.get(kind).indexOf(text.charAt(last)) >= 0;
    return text.substring(1, closed ? last : last + 1);
  }

  private static String withoutStop(String text) {
    int to = text.length();
    while (to > 0 && ".,;".indexOf(text.charAt(to - 1)) >= 0) {
      to--;
    }
    return text.substring(0, to);
  }

  /**
   * Whether an EACCES on it, from a line that does not say what was tried, is more likely about
   * running it or reading it than about writing: programs, keys, settings, devices, other
   * processes.
   */
  static boolean isRatherRunOrRead(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    String ending = name.indexOf('.') < 0 ? "" : name.substring(name.lastIndexOf('.') + 1);
    boolean isHere = path.startsWith("./") && path.indexOf('/', 2) < 0;
    return SCRIPTS_AND_KEYS.contains(ending)
        || path.contains("/bin/")
        || path.contains("/sbin/")
        || isHere
        || isOfTheSystem(path, ending)
        || (path.indexOf('/') < 0 && path.indexOf('.') < 0);
  }

  private static boolean isOfTheSystem(String path, String ending) {
    if (isBelow(HostRoot.PROC, path) || isBelow(HostRoot.SYS, path)) {
      return true;
    }
    String first = path.startsWith("/") ? path.substring(1, Math.max(1, path.indexOf('/', 1))) : "";
    return switch (first) {
      case "dev" -> !path.startsWith("/dev/std") && !path.startsWith("/dev/shm");
      case "etc", "usr", "opt" ->
          SETTINGS.contains(ending) || path.startsWith("/etc/s") || path.contains("/ssl/");
      default -> false;
    };
  }

  private static boolean isBelow(KernelPath directory, String path) {
    return path.startsWith(directory + "/");
  }
}
