package io.bilgewatch.agent.history;

import java.nio.file.Path;
import java.time.Duration;

/** What came of reading the histories' file. */
public sealed interface Restored {

  /**
   * @param series how many histories go on
   * @param age of the file by the wall clock; zero where the clock was set back since
   */
  record Loaded(int series, Duration age) implements Restored {}

  /** There is no file, as at the first start. */
  record NoFile() implements Restored {}

  /** Nothing in it is of any use any more. */
  record TooOld(Duration age) implements Restored {}

  /**
   * It was not understood, and is kept for people to look at.
   *
   * @param where it is now
   */
  record SetAside(Path where, String why) implements Restored {}

  /** It could not be read, or could not be set aside. */
  record Failed(String why) implements Restored {}
}
