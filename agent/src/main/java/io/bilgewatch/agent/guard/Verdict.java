package io.bilgewatch.agent.guard;

/** Whether a request is answered. */
public enum Verdict {
  ADMITTED,
  /** Nobody we know, or a wrong password. */
  UNKNOWN,
  /** More requests come than are allowed, or more passwords than can be looked at. */
  TOO_MANY
}
