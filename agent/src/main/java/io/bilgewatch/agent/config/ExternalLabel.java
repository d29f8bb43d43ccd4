package io.bilgewatch.agent.config;

import io.bilgewatch.agent.rule.AlertRule;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A label that every pushed alert carries, as Prometheus' {@code external_labels} are: {@code
 * datacenter=east}.
 *
 * @param name none that an alert has of its own
 */
public record ExternalLabel(String name, String value) {
  private static final int LONGEST = 1024;

  private static final Set<String> OWN =
      Stream.concat(
              Stream.of("alertname", "severity", "instance", "container", "container_id"),
              Stream.of(AlertRule.values()).flatMap(rule -> rule.ownLabels().stream()))
          .collect(Collectors.toUnmodifiableSet());

  public ExternalLabel {
    if (!name.matches("[a-zA-Z_][a-zA-Z0-9_]*") || name.startsWith("__") || OWN.contains(name)) {
      throw new IllegalArgumentException("not a label's name: " + name);
    }
    if (value.isEmpty() || value.length() > LONGEST) {
      throw new IllegalArgumentException("not a label's value: " + value);
    }
  }

  /**
   * @throws IllegalArgumentException where the text has another form
   */
  static ExternalLabel parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException("no such form: " + text);
    }
    return new ExternalLabel(text.substring(0, equals), text.substring(equals + 1));
  }

  @Override
  public String toString() {
    return name + "=" + value;
  }
}
