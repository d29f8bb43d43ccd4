package io.bilgewatch.agent.outlook;

/**
 * Which readings were taken since the view before: one that found what was found before is the very
 * same object, and still a measurement of its own.
 */
public record Fresh(boolean tmpfs, boolean memory) {
  /** Only what is another object is new. */
  public static final Fresh UNKNOWN = new Fresh(false, false);
}
