package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bilgewatch.engine.Shell;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A real terminal, of tmux, with a shell in it. */
final class Tmux implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration COMMAND = Duration.ofSeconds(20);

  private final String socket;

  private Tmux(String socket) {
    this.socket = socket;
  }

  /**
   * @param directory an empty one, for its socket
   */
  static Tmux open(Path directory, int columns, int rows) {
    boolean there =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "tmux")));
    assertTrue(there || !"true".equals(System.getenv("CI")), "tmux is not installed");
    assumeTrue(there, "tmux is not installed");
    Tmux tmux = new Tmux(directory.resolve("tmux").toString());
    tmux.tmux(
        "new-session",
        "-d",
        "-x",
        "" + columns,
        "-y",
        "" + rows,
        "env",
        "PS1=ready>",
        "LANG=C.UTF-8",
        "LC_ALL=",
        "bash",
        "--norc",
        "--noprofile");
    tmux.await("a prompt", screen -> screen.contains("ready>"));
    return tmux;
  }

  private String tmux(String... arguments) {
    List<String> command = new ArrayList<>(List.of("tmux", "-S", socket, "-f", "/dev/null"));
    command.addAll(List.of(arguments));
    return Shell.run(COMMAND, Map.of("TERM", "xterm", "NO_COLOR", ""), command).orFail().text();
  }

  /** Keys by tmux's names, such as {@code Enter}, or text. */
  void keys(String... keys) {
    List<String> arguments = new ArrayList<>(List.of("send-keys"));
    arguments.addAll(List.of(keys));
    tmux(arguments.toArray(String[]::new));
  }

  /** A line for the shell. */
  void line(String line) {
    tmux("send-keys", "-l", line);
    keys("Enter");
  }

  void resize(int columns, int rows) {
    tmux("resize-window", "-x", "" + columns, "-y", "" + rows);
  }

  /** What is on the screen, as text. */
  String screen() {
    return tmux("capture-pane", "-p");
  }

  /** What is on the screen, with the sequences for its looks. */
  String looks() {
    return tmux("capture-pane", "-p", "-e");
  }

  /** A value of tmux's own, such as {@code alternate_on}. */
  String told(String format) {
    return tmux("display-message", "-p", "#{" + format + "}");
  }

  /** Waits for a screen, and returns it. */
  String await(String what, Predicate<String> wanted) {
    String[] last = {""};
    try {
      Await.until(
          what,
          SOON,
          () -> {
            last[0] = screen();
            return wanted.test(last[0]);
          });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + last[0], e);
    }
    return last[0];
  }

  @Override
  public void close() {
    tmux("kill-server");
  }
}
