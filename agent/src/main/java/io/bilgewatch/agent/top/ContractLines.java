package io.bilgewatch.agent.top;

import io.bilgewatch.agent.view.Contracts;
import io.bilgewatch.agent.view.Contracts.NotKnown;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.Contracts.Violation;
import java.util.List;

/** What a container's contracts say, and what it does not keep of them. */
final class ContractLines {
  private static final String INDENT = "      ";

  private final Sheet sheet;

  ContractLines(Sheet sheet) {
    this.sheet = sheet;
  }

  /** Nothing where no directory of contracts is known. */
  void write(Contracts contracts, String containerId) {
    if (!contracts.watched()) {
      return;
    }
    List<Verdict> verdicts = contracts.of(containerId);
    if (verdicts.isEmpty()) {
      sheet.say(Style.FAINT, "Contract", "- (none applies to it)");
    }
    verdicts.forEach(this::write);
  }

  private void write(Verdict verdict) {
    switch (verdict.state()) {
      case KEPT -> sheet.say(Style.GOOD, "Contract", verdict.contract() + " is kept");
      case NOT_RUNNING ->
          sheet.say(Style.FAINT, "Contract", verdict.contract() + ", of one that does not run");
      case UNKNOWN ->
          sheet.say(Style.WARNING, "Contract", verdict.contract() + " can't be told to be kept");
      case VIOLATED -> sheet.say(Style.WARNING, "Contract", verdict.contract() + " is not kept");
    }
    verdict.violations().forEach(this::write);
    verdict.notKnown().stream().filter(one -> one.cause().isFault()).forEach(this::write);
  }

  private void write(Violation one) {
    sheet.add(
        sheet
            .line()
            .add("  ")
            .add(Style.WARNING, one.rule().label())
            .add(one.path().isEmpty() ? "" : " " + one.path()));
    sheet.add(sheet.line().add(INDENT + "declared: " + one.declared() + ", found: " + one.found()));
    sheet.add(sheet.line().add(Style.FAINT, INDENT + one.rule().remedy()));
  }

  private void write(NotKnown one) {
    sheet.add(sheet.line().add(Style.FAINT, "  not known: " + one.what() + ": " + one.why()));
  }
}
