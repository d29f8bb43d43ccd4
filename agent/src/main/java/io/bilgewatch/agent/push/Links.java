package io.bilgewatch.agent.push;

import io.bilgewatch.agent.rule.AlertRule;
import java.util.function.Function;

/**
 * Where people get from an alert.
 *
 * @param runbook what to do about it: the annotation {@code runbook_url}
 * @param page where the agent shows it: {@code generatorURL}
 */
public record Links(Function<AlertRule, String> runbook, String page) {

  /** To the agent's own pages. */
  public static Links toAgent(String instance, boolean encrypted) {
    String page = (encrypted ? "https://" : "http://") + instance + "/";
    return new Links(rule -> page + "runbooks/" + rule.label(), page);
  }
}
