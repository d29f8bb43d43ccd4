package io.bilgewatch.agent.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.bilgewatch.agent.diagnose.Finding;
import io.bilgewatch.agent.text.Visible;
import java.util.List;

/** A diagnosis for people, the bad news last, where the eye is; or as JSON. */
public final class FindingsText {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private FindingsText() {}

  public static String table(List<Finding> findings) {
    StringBuilder text = new StringBuilder();
    findings.stream()
        .sorted(java.util.Comparator.comparing(Finding::level))
        .forEach(finding -> append(text, finding));
    return text.toString();
  }

  private static void append(StringBuilder text, Finding finding) {
    text.append(
        "%-8s %s: %s%n"
            .formatted(
                finding.level().label(),
                Visible.of(finding.subject()),
                Visible.of(finding.detail())));
    if (!finding.remedy().isEmpty()) {
      text.append("         remedy: ").append(finding.remedy()).append(System.lineSeparator());
    }
  }

  public static String json(List<Finding> findings) {
    ArrayNode array = MAPPER.createArrayNode();
    findings.forEach(finding ->
        array
            .addObject()
            .put("level", finding.level().label())
            .put("subject", finding.subject())
            .put("detail", finding.detail())
            .put("remedy", finding.remedy()));
    try {
      return MAPPER.writeValueAsString(array);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
