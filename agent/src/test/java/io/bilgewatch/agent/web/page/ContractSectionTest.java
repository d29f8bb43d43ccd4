package io.bilgewatch.agent.web.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.rule.ContractRule;
import io.bilgewatch.agent.view.Contracts;
import io.bilgewatch.agent.view.Contracts.NotKnown;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.Contracts.Violation;
import io.bilgewatch.kernel.Reading.Cause;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a page says of contracts. */
class ContractSectionTest {
  private static final String ID = "a".repeat(64);

  @Test
  void whereNoContractAppliesNothingIsSaid() {
    assertEquals("", ContractSection.html(Contracts.NONE, ID));
  }

  @Test
  void oneThatIsKeptIsSaidToBe() {
    assertTrue(html(List.of(), List.of()).contains("<b>web</b> is kept."));
  }

  @Test
  void whatIsNotKeptIsSaidWithItsRemedy() {
    Violation violation =
        new Violation(ContractRule.TMPFS_LARGER, "/<script>", "at most 1.0 MiB", "2.0 MiB");
    String html = html(List.of(violation), List.of());
    assertTrue(html.contains("is not kept:"), html);
    assertTrue(html.contains("tmpfs_larger"), html);
    assertTrue(html.contains("make the tmpfs smaller"), html);
    assertFalse(html.contains("<script>"), html);
  }

  @Test
  void whatIsNotKnownIsNotKept() {
    String html =
        html(List.of(), List.of(new NotKnown("layer", Cause.STUCK, "has not come back for 9 s")));
    assertTrue(html.contains("can't be told to be kept:"), html);
    assertTrue(html.contains("has not come back for 9 s"), html);
  }

  private static String html(List<Violation> violations, List<NotKnown> notKnown) {
    Verdict verdict = new Verdict("web", "web.yml", violations, notKnown);
    return ContractSection.html(new Contracts(true, Map.of(ID, List.of(verdict))), ID);
  }
}
