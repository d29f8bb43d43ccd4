package io.bilgewatch.agent.render;

import io.bilgewatch.agent.contract.Contract;
import io.bilgewatch.agent.contract.ContractCheck;
import io.bilgewatch.agent.contract.ContractCheck.Checked;
import io.bilgewatch.agent.text.Columns;
import io.bilgewatch.agent.text.Visible;
import io.bilgewatch.agent.view.Contracts.NotKnown;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.Contracts.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How containers keep their contracts, for a terminal. */
public final class ContractTable {
  private ContractTable() {}

  public static String of(ContractCheck check) {
    StringBuilder text = new StringBuilder();
    for (Checked container : check.checked()) {
      container.verdicts().forEach(verdict -> append(text, container, verdict));
    }
    List<String> without =
        check.checked().stream()
            .filter(one -> one.verdicts().isEmpty())
            .map(one -> Visible.of(one.name()))
            .toList();
    if (!without.isEmpty()) {
      text.append("Without a contract: ").append(String.join(", ", without)).append('\n');
    }
    for (Contract unused : check.unused()) {
      text.append(
          "Contract %s (%s) fits no container: it applies to %s\n"
              .formatted(
                  unused.name(), Visible.of(unused.file()), Visible.of(unused.appliesTo().text())));
    }
    return text.toString();
  }

  private static void append(StringBuilder text, Checked container, Verdict verdict) {
    text.append(Visible.of(container.name()))
        .append(", contract ")
        .append(verdict.contract())
        .append(": ")
        .append(
            switch (verdict.state()) {
              case KEPT -> "kept";
              case VIOLATED -> "VIOLATED";
              case UNKNOWN -> "not known";
              case NOT_RUNNING -> "not checked, it does not run";
            })
        .append('\n');
    if (!verdict.violations().isEmpty()) {
      text.append(indented(rows(verdict.violations())));
      verdict.violations().stream()
          .map(Violation::rule)
          .distinct()
          .forEach(rule -> text.append("  %s: %s.\n".formatted(rule.label(), rule.remedy())));
    }
    for (NotKnown one : verdict.notKnown()) {
      if (one.cause().isFault()) {
        text.append(
            "  not known: %s: %s\n".formatted(Visible.of(one.what()), Visible.of(one.why())));
      }
    }
  }

  private static List<List<String>> rows(List<Violation> violations) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("RULE", "PATH", "DECLARED", "FOUND"));
    for (Violation one : violations) {
      rows.add(
          List.of(
              one.rule().label(),
              one.path().isEmpty() ? "-" : Visible.of(one.path()),
              Visible.of(one.declared()),
              Visible.of(one.found())));
    }
    return rows;
  }

  private static String indented(List<List<String>> rows) {
    return Columns.aligned(rows)
        .lines()
        .map(line -> "  " + line + "\n")
        .collect(Collectors.joining());
  }
}
