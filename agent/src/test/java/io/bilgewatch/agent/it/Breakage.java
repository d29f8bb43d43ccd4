package io.bilgewatch.agent.it;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A way in which a container does not keep its contract.
 *
 * @param what for people
 * @param rule by which it is to be found
 * @param options made of those with which it keeps the contract
 * @param asRoot whether it runs as root
 * @param line of shell that it runs
 */
record Breakage(
    String what, String rule, UnaryOperator<List<String>> options, boolean asRoot, String line) {
  private static final String NOTHING = "true";

  static List<Breakage> all() {
    return List.of(
        new Breakage(
            "a mount is dropped", "mount_missing", all -> without(all, first(all)), false, NOTHING),
        new Breakage(
            "a tmpfs without a size",
            "tmpfs_unbounded",
            all -> changed(all, "--tmpfs=", ":size=\\d+m,", ":"),
            false,
            NOTHING),
        new Breakage(
            "noexec is dropped",
            "option_missing",
            all -> changed(all, "--tmpfs=", "noexec", "exec"),
            false,
            NOTHING),
        new Breakage(
            "the root is writable",
            "root_writable",
            all -> without(all, "--read-only"),
            false,
            NOTHING),
        new Breakage("it runs as root", "root_user", UnaryOperator.identity(), true, NOTHING),
        new Breakage(
            "it writes elsewhere",
            "write_undeclared",
            all -> without(all, "--read-only"),
            true,
            "echo x >/srv/elsewhere"));
  }

  private static String first(List<String> options) {
    return options.stream()
        .filter(option -> option.startsWith("--tmpfs=") || option.startsWith("--mount="))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> without(List<String> options, String one) {
    return options.stream().filter(option -> !option.equals(one)).toList();
  }

  /** The first that can be changed so. */
  private static List<String> changed(
      List<String> options, String prefix, String pattern, String by) {
    List<String> all = new ArrayList<>(options);
    for (int i = 0; i < all.size(); i++) {
      String other = all.get(i).replaceFirst(pattern, by);
      if (all.get(i).startsWith(prefix) && !other.equals(all.get(i))) {
        all.set(i, other);
        return all;
      }
    }
    throw new AssertionError("nothing to change in " + options);
  }
}
