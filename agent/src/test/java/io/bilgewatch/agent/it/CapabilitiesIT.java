package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent as a user who is not root, with the unit's six capabilities and with each of them taken
 * away: precisely what it does not tell then, and what it says of that. The table of {@code
 * docs/capabilities.md} is this test's output ({@code -Dbilgewatch.rewrite=true} writes it).
 */
class CapabilitiesIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final Path DOCUMENT =
      Path.of(System.getProperty("bilgewatch.root"), "docs/capabilities.md");
  private static final String BEGIN = "<!-- the table, written by CapabilitiesIT -->\n\n";
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Pattern SERIES = Pattern.compile("bilgewatch_([a-z_]+)(?:\\{(.*)\\})?");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  /** They come when there is something to tell, or late. */
  private static final Pattern NOW_AND_THEN =
      Pattern.compile("alert.*|.*_growth_.*|.*_seconds|.*_total|collector_.*");

  @TempDir private Path directory;

  /** The unit's, in its order. */
  private static List<String> unitsCapabilities() throws IOException {
    Path unit = Path.of(System.getProperty("bilgewatch.root"), "systemd/bilgewatch.service");
    String given =
        Files.readAllLines(unit).stream()
            .filter(line -> line.startsWith("AmbientCapabilities="))
            .findFirst()
            .orElseThrow();
    return List.of(given.replaceFirst(".*=", "").split(" ", -1));
  }

  /** setpriv(1)'s names. */
  private static List<String> small(List<String> capabilities) {
    return capabilities.stream()
        .map(one -> one.replaceFirst("^CAP_", "").toLowerCase(Locale.ROOT))
        .toList();
  }

  /** The families that a scrape has, and beside them what it says of the state of things. */
  private static Set<String> told(Scrape scrape) {
    Set<String> told = new TreeSet<>();
    scrape
        .samples()
        .forEach((series, value) -> {
          Matcher matcher = SERIES.matcher(series);
          if (matcher.matches()) {
            String family = matcher.group(1);
            state(family, matcher.group(2), value).ifPresent(told::add);
            if (!NOW_AND_THEN.matcher(family).matches()) {
              told.add(family);
            }
          }
        });
    return told;
  }

  /** What is bad news by its value. */
  private static Optional<String> state(String family, String text, double value) {
    Map<String, String> labels = new LinkedHashMap<>();
    LABEL
        .matcher(text == null ? "" : text)
        .results()
        .forEach(one -> labels.put(one.group(1), one.group(2)));
    if (!labels.getOrDefault("container", "watched").equals("watched")) {
      return Optional.empty();
    }
    return switch (family) {
      case "kernel_log_up" -> zero(value, "kernel_log_up of " + labels.get("source") + " is 0");
      case "writable_layer_write_events" -> zero(value, family + " is 0");
      case "data_root_up" -> zero(value, family + " is 0");
      case "reading_missing" ->
          Optional.of(
              "reading_missing of %s by %s".formatted(labels.get("reading"), labels.get("cause")));
      case "collector_outcome" ->
          Set.of("failed", "unsupported").contains(labels.get("outcome")) && value == 1
              ? Optional.of(
                  "collector_outcome of %s is %s"
                      .formatted(labels.get("collector"), labels.get("outcome")))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<String> zero(double value, String text) {
    return value == 0 ? Optional.of(text) : Optional.empty();
  }

  /** A state has blanks. */
  private static String list(Set<String> from, Set<String> without, Predicate<String> which) {
    Set<String> rest = new TreeSet<>(from);
    rest.removeAll(without);
    rest.removeIf(which.negate());
    return rest.isEmpty() ? "nothing" : String.join(", ", rest);
  }

  private static String row(
      String capability, Set<String> all, Set<String> told, String diagnosed) {
    return "| `%s` | %s | %s | %s |"
        .formatted(
            capability,
            list(all, told, one -> !one.contains(" ")),
            list(told, all, one -> one.contains(" ")),
            diagnosed);
  }

  /** What is said of the capability itself; of the others nothing must be. */
  private static String diagnosis(String capability, String text) {
    List<String> missing =
        text.lines().filter(line -> line.contains("CAP_") && line.contains(": not had: ")).toList();
    assertEquals(1, missing.size(), text);
    assertTrue(missing.getFirst().contains(capability + ":"), text);
    return missing.getFirst().replaceFirst("^(\\w+) +[A-Z_]+: not had: ", "$1: ");
  }

  private static boolean isWhole(Set<String> told) {
    return told.containsAll(
            Set.of(
                "tmpfs_oom_risk_ratio",
                "writable_layer_deleted_open_bytes",
                "writable_layer_bytes",
                "writable_layer_path_bytes"))
        && told.stream().noneMatch(one -> one.contains(" "));
  }

  @Test
  void eachOneThatIsMissingTakesJustWhatItIsFor() throws Exception {
    List<String> capabilities = unitsCapabilities();
    assertEquals(6, capabilities.size());
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    UnprivilegedUser nobody = UnprivilegedUser.in(directory);
    ENGINE.run(
        "watched",
        List.of("--tmpfs=/scratch:size=8m", "--memory=64m"),
        "sh",
        "-c",
        "exec 3>/big; head -c 1048576 /dev/zero >&3; rm /big; mkdir /d; echo x >/d/file; echo y >/scratch/y;"
            + " while :; do sleep 3600; done");
    String root = "--docker.data-root=" + ENGINE.dataRoot();
    String[] serve = {"serve", "--web.listen-address=127.0.0.1:0", root};
    List<AgentProcess> agents = new ArrayList<>();
    try (AgentProcess whole = AgentProcess.start(nobody.command(small(capabilities), serve))) {
      for (String one : capabilities) {
        agents.add(AgentProcess.start(nobody.command(small(without(capabilities, one)), serve)));
      }
      Await.until("with all of them everything is told", SOON, () -> isWhole(told(whole.scrape())));
      Set<String> all = told(whole.scrape());
      String document = Files.readString(DOCUMENT);
      if (Boolean.getBoolean("bilgewatch.rewrite")) {
        Thread.sleep(Duration.ofSeconds(30));
        Files.writeString(
            DOCUMENT,
            document.substring(0, document.indexOf(BEGIN) + BEGIN.length())
                + table(capabilities, agents, nobody, all, root));
        return;
      }
      for (int i = 0; i < capabilities.size(); i++) {
        String one = capabilities.get(i);
        AgentProcess agent = agents.get(i);
        String said = diagnosed(one, capabilities, nobody, root);
        AtomicReference<String> last = new AtomicReference<>("");
        try {
          Await.until(
              one + " has its row in the document",
              SOON,
              () ->
                  document.contains(
                      last.updateAndGet(_ -> row(one, all, told(agent.scrape()), said)) + "\n"));
        } finally {
          System.out.println(last.get());
        }
      }
    } finally {
      agents.forEach(AgentProcess::close);
    }
  }

  private static List<String> without(List<String> capabilities, String one) {
    return capabilities.stream().filter(other -> !other.equals(one)).toList();
  }

  private static String diagnosed(
      String one, List<String> capabilities, UnprivilegedUser nobody, String root) {
    List<String> command = nobody.command(small(without(capabilities, one)), "diagnose", root);
    return diagnosis(one, Shell.run(SOON, Map.of(), command).text());
  }

  private static String table(
      List<String> capabilities,
      List<AgentProcess> agents,
      UnprivilegedUser nobody,
      Set<String> all,
      String root) {
    StringBuilder table =
        new StringBuilder(
            "| without | is missing | is told instead | `diagnose` says |\n|---|---|---|---|\n");
    for (int i = 0; i < capabilities.size(); i++) {
      String one = capabilities.get(i);
      String said = diagnosed(one, capabilities, nobody, root);
      table.append(row(one, all, told(agents.get(i).scrape()), said)).append('\n');
    }
    return table.toString();
  }
}
