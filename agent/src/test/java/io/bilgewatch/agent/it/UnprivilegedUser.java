package io.bilgewatch.agent.it;

import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** The program for a user who is not root: a copy of the build that he may read, and setpriv(1). */
final class UnprivilegedUser {
  private static final List<String> NOBODY =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

  private final Path tree;

  private UnprivilegedUser(Path tree) {
    this.tree = tree;
  }

  /**
   * @param directory that everybody may enter
   */
  static UnprivilegedUser in(Path directory) throws IOException {
    Path from = Path.of(System.getProperty("bilgewatch.root"));
    Path tree = Files.createDirectories(directory.resolve("build"));
    for (String part : List.of("packaging/bin", "packaging/lib", "agent/target/lib")) {
      Files.createDirectories(tree.resolve(part).getParent());
      Shell.text(
          "cp", "-r", from.resolve(part).toString(), tree.resolve(part).getParent().toString());
    }
    Shell.text(
        "sh",
        "-c",
        "cp " + from + "/agent/target/bilgewatch-agent-*.jar " + tree + "/agent/target/");
    Shell.text("chmod", "-R", "a+rX", tree.toString());
    return new UnprivilegedUser(tree);
  }

  /** The command line of the program with these arguments and no capability. */
  List<String> command(String... arguments) {
    return command(List.of(), arguments);
  }

  /**
   * The same with capabilities that stay over execve(2), as AmbientCapabilities= of a unit gives
   * them.
   *
   * @param capabilities without CAP_, in small letters
   */
  List<String> command(Collection<String> capabilities, String... arguments) {
    List<String> command = new ArrayList<>(NOBODY);
    if (!capabilities.isEmpty()) {
      String only =
          capabilities.stream().map(one -> ",+" + one).collect(Collectors.joining("", "-all", ""));
      command.addAll(
          List.of("--inh-caps=" + only, "--ambient-caps=" + only, "--bounding-set=" + only));
    }
    command.add(tree.resolve("packaging/bin/bilgewatch").toString());
    command.addAll(List.of(arguments));
    return command;
  }
}
