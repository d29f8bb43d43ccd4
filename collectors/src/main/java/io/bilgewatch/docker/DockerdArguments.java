package io.bilgewatch.docker;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The options of dockerd(8) that tell where an engine keeps its state.
 *
 * <p>{@code /proc/<pid>/cmdline} (proc_pid_cmdline(5)), each argument ended by a NUL:
 *
 * <pre>{@code
 * /usr/sbin/dockerd\0-H\0fd://\0--data-root=/srv/docker\0--exec-root\0/run/d\0
 * }</pre>
 *
 * {@code -g} and {@code --graph} are the older names of {@code --data-root}. Of an option that is
 * repeated the last one counts.
 *
 * @param dataRoot as written; may be relative to the process's directory
 */
record DockerdArguments(
    Optional<String> dataRoot, Optional<String> configFile, Optional<String> execRoot) {

  static DockerdArguments parse(byte[] cmdline) {
    List<String> words = List.of(new String(cmdline, StandardCharsets.UTF_8).split("\0"));
    return new DockerdArguments(
        last(words, "--data-root", "--graph", "-g"),
        last(words, "--config-file"),
        last(words, "--exec-root"));
  }

  private static Optional<String> last(List<String> words, String... names) {
    Optional<String> last = Optional.empty();
    for (int i = 1; i < words.size(); i++) {
      String next = i + 1 < words.size() ? words.get(i + 1) : "";
      for (String name : names) {
        Optional<String> value = value(words.get(i), name, next);
        last = value.isPresent() ? value : last;
      }
    }
    return last.filter(value -> !value.isEmpty());
  }

  /** {@code --name=value}, {@code --name value}, and for one letter {@code -nvalue} too. */
  private static Optional<String> value(String word, String name, String next) {
    if (word.equals(name)) {
      return Optional.of(next);
    }
    if (word.startsWith(name + "=")) {
      return Optional.of(word.substring(name.length() + 1));
    }
    boolean joined = name.length() == 2 && word.startsWith(name);
    return joined ? Optional.of(word.substring(2)) : Optional.empty();
  }
}
