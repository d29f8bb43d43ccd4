package io.bilgewatch.agent.proposal;

import io.bilgewatch.kernel.KernelPath;

/**
 * What no mount can do for a path, or what is to be known of one.
 *
 * @param text in one line: what it is, and what becomes of it
 */
public record Remark(KernelPath path, Kind kind, String text) {

  /** How much it weighs. */
  public enum Kind {
    /** Worth knowing; the container can be sealed. */
    NOTE,
    /** Could not be found out, so that nobody can say whether it can be sealed. */
    UNKNOWN,
    /** The container can't be sealed before something is done about it. */
    MUST
  }
}
