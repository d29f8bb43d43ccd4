package io.bilgewatch.agent.alert;

/**
 * Says what of a rule holds. What can't be told does not hold: the Prometheus rules, which see a
 * series less then, say the same, and what could not be read is an alert of its own.
 */
interface Condition {
  /** Tells the scene of each subject that the condition holds for. */
  void look(Scene scene);
}
