package io.bilgewatch.agent.config;

/**
 * One effective value, for people.
 *
 * @param name the dotted key
 * @param value as it would be written in the file; {@code (none)} where nothing is set
 * @param source {@code default}, {@code file:line} or the option
 */
public record Setting(String name, String value, String source) {

  @Override
  public String toString() {
    return name + " = " + value + " (" + source + ")";
  }
}
