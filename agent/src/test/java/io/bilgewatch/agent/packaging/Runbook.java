package io.bilgewatch.agent.packaging;

import io.bilgewatch.agent.config.ThresholdText;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.rule.Threshold;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One page of {@code docs/alerts}. */
public record Runbook(String name, String text) {
  private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
  private static final Pattern HEADING = Pattern.compile("(?m)^## (.+)\\n");

  static Path directory() {
    return Path.of(System.getProperty("bilgewatch.root"), "docs", "alerts");
  }

  /** All of them, by name. */
  public static List<Runbook> all() {
    try (Stream<Path> files = Files.list(directory())) {
      return files
          .filter(file -> file.toString().endsWith(".md") && !file.endsWith("README.md"))
          .sorted()
          .map(Runbook::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Runbook read(Path file) {
    try {
      String name = file.getFileName().toString().replaceFirst("\\.md$", "");
      return new Runbook(name, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What stands between the title and the first paragraph, as the catalogue has it. */
  static String facts(AlertRule rule) {
    List<String> lines = new ArrayList<>();
    lines.add("- Severity: **" + rule.severity().label() + "**");
    lines.add(
        "- Fires: "
            + (rule.pendingFor().isZero()
                ? "at once"
                : "when it has held for " + time(rule.pendingFor())));
    rule.thresholds().forEach(threshold -> lines.add("- " + said(threshold)));
    if (!rule.ownLabels().isEmpty()) {
      lines.add("- Labels of its own: " + ticked(rule.ownLabels()));
    }
    return String.join("\n", lines);
  }

  static String said(Threshold threshold) {
    return "`%s` (%s): %s"
        .formatted(
            threshold.name(),
            ThresholdText.show(threshold, threshold.standard()),
            threshold.meaning());
  }

  private static String ticked(List<String> names) {
    return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }

  static String time(Duration time) {
    long seconds = time.toSeconds();
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  /** Heading to text, in order. */
  Map<String, String> sections() {
    Map<String, String> sections = new LinkedHashMap<>();
    List<MatchResult> headings = HEADING.matcher(text).results().toList();
    for (int i = 0; i < headings.size(); i++) {
      int end = i + 1 < headings.size() ? headings.get(i + 1).start() : text.length();
      sections.put(headings.get(i).group(1), text.substring(headings.get(i).end(), end).strip());
    }
    return sections;
  }

  /** The fenced blocks of a language. */
  public List<String> blocks(String language) {
    return FENCE
        .matcher(text)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }
}
