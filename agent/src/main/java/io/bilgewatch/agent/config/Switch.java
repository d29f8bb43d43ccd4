package io.bilgewatch.agent.config;

/** Whether something is done. */
public enum Switch {
  ON,
  OFF
}
