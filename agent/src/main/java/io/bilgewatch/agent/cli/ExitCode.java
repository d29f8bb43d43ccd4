package io.bilgewatch.agent.cli;

/** How a command ends, for scripts. */
public enum ExitCode {
  FINE(0),
  /** The answer was found, and it is bad news. */
  BAD_NEWS(1),
  /** Wrong usage or configuration: nothing was done. */
  WRONG_USAGE(2),
  /** The answer could not be found out. */
  UNKNOWN(3);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
