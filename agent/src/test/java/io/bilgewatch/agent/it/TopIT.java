package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code top} as it is seen on a real terminal. */
class TopIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String ESCAPE = "\u001b";

  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  @TempDir private Path directory;
  private Tmux tmux;

  @BeforeAll
  static void containers() {
    ENGINE.idle("top-sealed", "--read-only", "--tmpfs=/run:size=8m", "--memory=64m");
    ENGINE.idle("top-writer", "--tmpfs=/scratch:size=32m", "--memory=64m");
    ENGINE.idle("top-large");
    ENGINE.exec("top-large", "head -c 20000000 /dev/zero >/var/lib/app/large");
  }

  @BeforeEach
  void open() {
    tmux = Tmux.open(directory, 80, 24);
  }

  @AfterEach
  void close() {
    tmux.close();
  }

  private static String command(String options) {
    return "%s top --docker.data-root=%s --filter=top- %s"
        .formatted(AgentProcess.launcher(), ENGINE.dataRoot(), options);
  }

  /** Leaves its number and its status behind. */
  private void start(String options) {
    String settings = directory.resolve("before").toString();
    tmux.line(
        "stty -a >%s; (echo $BASHPID >%s; exec %s); echo status:$?; stty -a >%s"
            .formatted(
                settings, directory.resolve("pid"), command(options), directory.resolve("after")));
    tmux.await("three containers", screen -> rows(screen).size() == 3);
  }

  private static List<String> rows(String screen) {
    return screen.lines().filter(line -> line.matches("[! ]{3}top-.*")).toList();
  }

  private static List<String> names(String screen) {
    return rows(screen).stream().map(row -> row.substring(3).split(" ", 2)[0]).toList();
  }

  private void assertGivenBack(String status) throws Exception {
    Path after = directory.resolve("after");
    tmux.await("a status", screen -> screen.contains("status:" + status));
    Await.until("settings", SOON, () -> Files.exists(after) && after.toFile().length() > 0);
    assertEquals(read("before"), read("after"));
    assertEquals("0", tmux.told("alternate_on"));
    assertEquals("1", tmux.told("cursor_flag"));
    assertEquals("1", tmux.told("wrap_flag"));
  }

  @Test
  void showsSortsFiltersAndTellsDetails() throws Exception {
    start("--sort=name");
    String first =
        tmux.await("all measured", screen -> !screen.matches("(?s).* r[wo] +\\.\\.\\. .*"));
    assertEquals(List.of("top-large", "top-sealed", "top-writer"), names(first));
    assertTrue(first.lines().findFirst().orElse("").matches("bilgewatch .* sealed +[\\d:]{8}"));
    assertTrue(rows(first).get(0).matches(" +top-large +rw +19M .*"), first);
    // Its growth is a dash until its tmpfs were read twice.
    assertTrue(rows(first).get(1).matches(" +top-sealed +ro +4\\.0K +[-0] .*"), first);
    assertTrue(rows(first).get(2).matches(" +top-writer +rw .* 0/\\d+M .*/64M .*"), first);
    assertEquals("1", tmux.told("alternate_on"));
    assertEquals("0", tmux.told("cursor_flag"));
    assertTrue(tmux.looks().contains(ESCAPE + "[32m"), "green is what is sealed");

    tmux.keys("r");
    tmux.await("turned round", screen -> names(screen).getFirst().equals("top-writer"));
    tmux.keys("s");
    tmux.await("by layer", screen -> names(screen).getFirst().equals("top-large"));

    tmux.keys("/", "l", "a", "r");
    tmux.await("filtered", screen -> names(screen).equals(List.of("top-large")));
    tmux.keys("BSpace", "BSpace", "BSpace", "Enter");
    tmux.await("as before", screen -> rows(screen).size() == 3);

    tmux.keys("Home", "Enter");
    String details = tmux.await("details", screen -> screen.contains("Largest directories"));
    assertTrue(details.contains("/var/lib/app"), details);
    assertTrue(details.startsWith("top-large  "), details);
    tmux.keys("Escape");
    tmux.await("the list", screen -> rows(screen).size() == 3);
    tmux.keys("?");
    tmux.await("help", screen -> screen.contains("Keys"));
    tmux.keys("q", "q");
    assertGivenBack("0");
    assertFalse(tmux.screen().contains("top-sealed"), "the shell's screen is back");
  }

  @Test
  void aContractThatBreaksIsSeenWithItsRemedyAndSoIsAKill() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("contracts"));
    contract(folder, "top-sealed", "read-only", "path: /run, kind: tmpfs, size: 8MiB");
    contract(folder, "top-writer", "read-only", "path: /scratch, kind: tmpfs, size: 16MiB");
    contract(folder, "top-large", "writable", "path: /var/lib/app, kind: layer");
    Path config = directory.resolve("bilgewatch.yml");
    Files.writeString(config, "contracts.directory: %s\n".formatted(folder));
    start("--sort=name --interval=500ms --config.file=" + config);
    tmux.await("what is kept", screen -> kept(screen).equals(List.of("yes", "yes", "no 2")));
    assertTrue(tmux.screen().lines().allMatch(line -> line.length() <= 80), tmux.screen());

    tmux.resize(80, 75);
    tmux.keys("End", "Enter");
    tmux.await(
        "the remedy",
        screen ->
            screen.contains("it-top-writer is not kept")
                && screen.contains("  tmpfs_larger /scratch")
                && screen.contains("declared: at most 16.0 MiB, found: 32.0 MiB")
                && screen.contains("start it with --read-only"));
    tmux.await("what happened", screen -> screen.contains("contract: broken: root_writable"));
    ENGINE.tryDocker("exec", "top-writer", "sh", "-c", "tail -c 200m /dev/zero >/dev/null");
    tmux.await(
        "the kill",
        screen -> screen.matches("(?s).* ago  OOM kill: out of memory; the cgroup counted it.*"));

    tmux.keys("q", "Home");
    ENGINE.exec("top-large", "echo x >/var/lib/elsewhere");
    tmux.await("it breaks", screen -> kept(screen).getFirst().equals("no 1"));
    tmux.keys("Enter");
    tmux.await(
        "that it broke",
        screen -> screen.contains("broken: write_undeclared at /var/lib/elsewhere"));
    tmux.keys("q", "q");
    assertGivenBack("0");

    String plain = run("--config.file=" + config, "--sort=name").text();
    assertEquals(List.of("KEPT", "no 1", "yes", "no 2"), lastColumn(plain), plain);
    String json = run("--config.file=" + config, "--output=json", "--sort=name").text();
    JsonNode writer = new ObjectMapper().readTree(json).get("containers").get(2);
    assertEquals("violated", writer.get("contracts").get(0).get("state").asText(), json);
    ENGINE.exec("top-large", "rm /var/lib/elsewhere");
  }

  private static void contract(Path folder, String container, String root, String writable)
      throws IOException {
    Files.writeString(
        folder.resolve(container + ".yml"),
        """
        contract: 1
        name: it-%s
        applies-to: {container: %s}
        root: %s
        user: any
        writable:
          - {%s, why: the test wants it}
        """
            .formatted(container, container, root, writable));
  }

  private static List<String> kept(String screen) {
    return rows(screen).stream()
        .map(row ->
            row.length() < 80 ? row.substring(Math.max(0, row.length() - 4)) : row.substring(76))
        .map(String::strip)
        .toList();
  }

  private static List<String> lastColumn(String table) {
    return table.lines().map(line -> line.substring(line.lastIndexOf("  ")).strip()).toList();
  }

  @Test
  void growthIsSeenAndTheSizeFollowed() throws Exception {
    start("--interval=500ms");
    ENGINE.exec(
        "top-writer",
        "for i in 1 2 3 4 5 6; do head -c 4000000 /dev/zero >>/var/lib/app/grows; sleep 1; done");
    tmux.await(
        "growth",
        screen ->
            rows(screen).stream()
                .anyMatch(row -> row.matches(".*top-writer +rw +\\d+M +\\+.*/s .*")));
    tmux.resize(160, 30);
    String wide = tmux.await("columns for the wider", screen -> screen.contains("IMAGE"));
    assertTrue(wide.lines().allMatch(line -> line.length() <= 160), wide);
    assertEquals(30, wide.lines().count());
    tmux.resize(60, 24);
    tmux.await("a clear message", screen -> screen.contains("80 columns, 10 lines"));
    tmux.resize(80, 12);
    tmux.await("the table", screen -> rows(screen).size() == 3);
    tmux.keys("C-c");
    assertGivenBack("0");
  }

  @Test
  void givesTheTerminalBackWhenItIsKilled() throws Exception {
    start("");
    Shell.text("kill", "-s", "TERM", Files.readString(directory.resolve("pid")).strip());
    assertGivenBack("143");
  }

  @Test
  void isStoppedAndContinued() throws Exception {
    tmux.line("stty -a >" + directory.resolve("before"));
    tmux.line(command(""));
    tmux.await("three containers", screen -> rows(screen).size() == 3);
    tmux.keys("C-z");
    tmux.await("the shell", screen -> screen.contains("Stopped"));
    assertEquals("0", tmux.told("alternate_on"));
    tmux.line("stty -a >%s; echo as:before".formatted(directory.resolve("after")));
    tmux.await("an answer", screen -> screen.contains("\nas:before"));
    assertEquals(read("before"), read("after"));
    tmux.line("fg");
    tmux.await("it goes on", screen -> rows(screen).size() == 3);
    assertEquals("1", tmux.told("alternate_on"));
    tmux.keys("q");
    tmux.line("stty -a >%s; echo as:again".formatted(directory.resolve("after")));
    tmux.await("the shell", screen -> screen.contains("\nas:again"));
    assertEquals(read("before"), read("after"));
  }

  /** Ctrl-S holds the output, of which no more than a screen may wait. */
  @Test
  void aTerminalThatTakesNothingIsLeftAllTheSame() throws Exception {
    start("--interval=500ms");
    tmux.keys("C-s");
    Thread.sleep(1_000);
    tmux.keys("j", "s", "s", "q");
    assertGivenBack("0");
  }

  @Test
  void coloursAreLeftOutWhereNotWanted() {
    tmux.line("NO_COLOR=1 LANG=C " + command("--sort=name"));
    tmux.await("three containers", screen -> rows(screen).size() == 3);
    String looks = tmux.looks();
    assertFalse(looks.matches("(?s).*\u001b\\[([\\d;]*;)?[349][0-8][m;].*"), looks);
    assertTrue(looks.contains("[|"), "a bar of ASCII: " + looks);
    assertTrue(looks.chars().allMatch(c -> c < 0x7f), looks);
    tmux.keys("q");
  }

  @Test
  void pipedItIsOnePlainTableOrJson() throws Exception {
    Shell.Output table = run();
    assertEquals(0, table.status(), table::stderr);
    assertEquals("", table.stderr());
    List<String> lines = table.text().lines().toList();
    assertEquals(4, lines.size(), table::text);
    assertTrue(lines.getFirst().startsWith("NAME "), table::text);
    assertTrue(lines.get(1).matches("top-large +rw +19M .*"), table::text);
    assertFalse(table.text().contains(ESCAPE), table::text);

    JsonNode json = new ObjectMapper().readTree(run("--output=json", "--sort=name").text());
    assertEquals(3, json.get("containers").size());
    assertEquals("top-large", json.get("containers").get(0).get("name").asText());

    String twice = run("--iterations=2", "--interval=500ms").text();
    assertEquals(2, twice.lines().filter(line -> line.startsWith("NAME ")).count(), twice);
    assertFalse(twice.contains(ESCAPE), twice);

    tmux.line("TERM=dumb %s; echo status:$?".formatted(command("")));
    assertTrue(tmux.await("a table", s -> s.contains("status:0")).contains("top-large"));
  }

  private static Shell.Output run(String... more) {
    List<String> words =
        new ArrayList<>(List.of("top", "--filter=top-", "--docker.data-root=" + ENGINE.dataRoot()));
    words.addAll(List.of(more));
    return AgentProcess.run(words.toArray(String[]::new));
  }

  /** Settings without the size. */
  private String read(String file) throws Exception {
    return Files.readString(directory.resolve(file), StandardCharsets.UTF_8)
        .replaceFirst("rows \\d+; columns \\d+", "");
  }
}
