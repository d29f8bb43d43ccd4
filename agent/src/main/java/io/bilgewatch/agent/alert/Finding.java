package io.bilgewatch.agent.alert;

import io.bilgewatch.agent.rule.AlertRule;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A condition that holds now.
 *
 * @param labels what it is about, in order
 * @param summary what and where and how soon, in one line
 * @param description what is known beside, and what to do
 */
record Finding(AlertRule rule, Map<String, String> labels, String summary, String description) {
  Finding {
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
  }
}
