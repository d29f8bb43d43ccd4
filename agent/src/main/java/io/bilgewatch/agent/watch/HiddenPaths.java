package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.rule.ContractRule;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.Contracts.Violation;
import java.util.ArrayList;
import java.util.List;

/** Verdicts without the names of files that a container chose. */
final class HiddenPaths {
  private static final String SOMETHING = "something in the layer";

  private HiddenPaths() {}

  static Verdict of(Verdict verdict) {
    List<Violation> hidden = new ArrayList<>();
    for (Violation one : verdict.violations()) {
      Violation shown = of(one);
      if (hidden.stream().noneMatch(shown::isSame)) {
        hidden.add(shown);
      }
    }
    return new Verdict(verdict.contract(), verdict.file(), hidden, verdict.notKnown());
  }

  private static Violation of(Violation one) {
    if (one.rule() == ContractRule.WRITE_UNDECLARED) {
      return new Violation(one.rule(), "", one.declared(), SOMETHING);
    }
    return one.rule() == ContractRule.NEVER_WRITABLE
        ? new Violation(one.rule(), one.path(), one.declared(), "a mount, or something written")
        : one;
  }
}
