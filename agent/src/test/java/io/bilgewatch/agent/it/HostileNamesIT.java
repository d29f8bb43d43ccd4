package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.engine.PrivateEngine;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Names that a container chooses and that want to be more than names. */
class HostileNamesIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final String INJECTED = "x\"} 1e9\nbilgewatch_injected{a=\"b\"} 1e9\n# ";
  private static final String SCRIPT = "<script>alert(1)</script>";

  /** Directories that become values of the label {@code path}, as printf(1) takes them. */
  private static final List<String> DIRECTORIES =
      List.of(
          "quote\"} 1e9",
          "new\\nbilgewatch_injected 1e9",
          "back\\\\slash\\\\",
          "ansi\\033[2J\\033]0;owned\\007",
          "csi\\302\\2332J",
          "turned\\342\\200\\256txt.exe",
          "not-utf8-\\377\\376",
          "<b>bold&amp;",
          "carriage\\rreturn\\ttab",
          "long%s".formatted("0123456789".repeat(24)));

  private static TestAgent agent;
  private static Scrape scrape;

  @BeforeAll
  static void start() {
    ENGINE.idle(
        "odd-1._-x",
        "--label=com.docker.compose.project=" + INJECTED + SCRIPT,
        "--label=com.docker.compose.service=" + "s".repeat(5000),
        "--label=x\"}1e9=key",
        "--env=ODD=" + INJECTED,
        "--hostname=odd",
        "--tmpfs=/tmp \"} 1e9\u001b[2J:size=1m",
        "--volume=/data \\ \"quoted\"");
    for (String directory : DIRECTORIES) {
      ENGINE.exec(
          "odd-1._-x",
          "d=\"$(printf '/%s')\"; mkdir \"$d\"; head -c 300000 /dev/zero > \"$d/f\""
              .formatted(directory));
    }
    agent = TestAgent.watching(ENGINE.dataRoot());
    scrape =
        agent.scrapeWhen(
            "the directories are labels",
            s ->
                paths(s).size() == DIRECTORIES.size()
                    && s.of("bilgewatch_tmpfs_bounded", "odd-1._-x").isPresent());
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  private static Set<String> paths(Scrape scrape) {
    return Sample.of(scrape, "bilgewatch_writable_layer_path_bytes", "odd-1._-x").stream()
        .map(sample -> sample.label("path"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyDirectoryIsALabelOfItsOwn() {
    Set<String> paths = paths(scrape);
    assertEquals(10, paths.size(), paths::toString);
    assertTrue(paths.contains("/quote\"} 1e9"), paths::toString);
    assertTrue(paths.contains("/new\\x0abilgewatch_injected 1e9"), paths::toString);
    assertTrue(paths.contains("/not-utf8-\\xff\\xfe"), paths::toString);
  }

  @Test
  void promtoolFindsNothingToSayAboutTheExposition() {
    Promtool.checkMetrics(scrape.text());
  }

  @Test
  void everyLineIsACommentOrASampleOfAKnownFamily() {
    Pattern line =
        Pattern.compile(
            "# (HELP|TYPE|UNIT|EOF).*"
                + "|(bilgewatch|jvm|process)_[a-z_]+(\\{([a-z_]+=\"([^\"\\\\\n]|\\\\[\\\\n\"])*\",?)*})?"
                + " (\\+Inf|NaN|-?[0-9.]+(E[-+]?[0-9]+)?)");
    List<String> lines = scrape.text().lines().toList();
    lines.forEach(l -> assertTrue(line.matcher(l).matches(), l));
    assertTrue(lines.stream().noneMatch(l -> l.startsWith("bilgewatch_injected")));
    assertTrue(scrape.samples().keySet().stream().noneMatch(s -> s.startsWith("bilgewatch_inj")));
    assertFalse(scrape.samples().containsValue(1e9));
  }

  @Test
  void labelValuesAreShortAndHaveNoControlCharacters() {
    for (String series : scrape.samples().keySet()) {
      assertTrue(
          series.chars().noneMatch(Character::isISOControl), "a control character in " + series);
    }
    for (String metric : List.of("container_info", "writable_layer_path_bytes", "tmpfs_bounded")) {
      for (Sample sample : Sample.of(scrape, "bilgewatch_" + metric, "odd-1._-x")) {
        assertTrue(
            sample.labels().values().stream().allMatch(value -> value.length() <= 256),
            sample.toString());
      }
    }
  }

  @Test
  void thePageAndTheApiStayWhole() throws IOException {
    String page = Scrape.get(agent.uri("/"));
    assertTrue(page.contains("odd-1._-x"), page);
    assertFalse(page.contains(SCRIPT), "a script of the container's");
    assertFalse(page.contains("<b>bold"), "markup of the container's");
    var all = new ObjectMapper().readTree(Scrape.get(agent.uri("/api/v1/containers")));
    assertTrue(all.toString().contains("odd-1._-x"));
    var one = new ObjectMapper().readTree(Scrape.get(agent.uri("/api/v1/containers/odd-1._-x")));
    assertEquals("odd-1._-x", one.at("/name").asText(), one::toString);
  }
}
