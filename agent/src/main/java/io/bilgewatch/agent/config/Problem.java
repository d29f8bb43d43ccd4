package io.bilgewatch.agent.config;

/**
 * One thing that is wrong with the configuration.
 *
 * @param where {@code file:line}, or the option that said it
 * @param what for people, in one line
 */
public record Problem(String where, String what) {

  @Override
  public String toString() {
    return where + ": " + what;
  }
}
