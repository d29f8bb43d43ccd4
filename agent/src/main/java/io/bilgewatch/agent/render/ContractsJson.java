package io.bilgewatch.agent.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bilgewatch.agent.contract.ContractCheck;
import io.bilgewatch.agent.view.Contracts.NotKnown;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.Contracts.Violation;
import java.util.List;
import java.util.Locale;

/**
 * How containers keep their contracts, as JSON. A contract's {@code state} is {@code kept}, {@code
 * violated}, {@code unknown} or {@code not_running}; what could not be found out stands under
 * {@code notKnown}.
 */
public final class ContractsJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ContractsJson() {}

  /** {@code {"containers": [{"name", "id", "contracts": […]}], "unused": […]}}. */
  public static String of(ContractCheck check) {
    ObjectNode document = MAPPER.createObjectNode();
    ArrayNode containers = document.putArray("containers");
    for (ContractCheck.Checked one : check.checked()) {
      ObjectNode node = containers.addObject().put("name", one.name()).put("id", one.id());
      add(node.putArray("contracts"), one.verdicts());
    }
    ArrayNode unused = document.putArray("unused");
    check
        .unused()
        .forEach(one -> unused.addObject().put("contract", one.name()).put("file", one.file()));
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static void add(ArrayNode node, List<Verdict> verdicts) {
    for (Verdict verdict : verdicts) {
      ObjectNode one =
          node.addObject()
              .put("contract", verdict.contract())
              .put("state", verdict.state().label());
      ArrayNode violations = one.putArray("violations");
      verdict.violations().forEach(violation -> add(violations.addObject(), violation));
      ArrayNode notKnown = one.putArray("notKnown");
      verdict.notKnown().forEach(missing -> add(notKnown.addObject(), missing));
    }
  }

  private static void add(ObjectNode node, Violation violation) {
    node.put("rule", violation.rule().label());
    if (!violation.path().isEmpty()) {
      node.put("path", violation.path());
    }
    node.put("declared", violation.declared())
        .put("found", violation.found())
        .put("remedy", violation.rule().remedy());
  }

  private static void add(ObjectNode node, NotKnown missing) {
    node.put("what", missing.what())
        .put("cause", missing.cause().name().toLowerCase(Locale.ROOT))
        .put("detail", missing.why());
  }
}
