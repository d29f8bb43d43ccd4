package io.bilgewatch.agent.contract;

import java.util.Optional;
import java.util.regex.Pattern;

/** A path of a container as a contract has it. */
final class PathText {
  private static final int MOST = 1_000;
  private static final Pattern PLAIN = Pattern.compile("(/[^/\\p{Cntrl}]+)+");
  private static final Pattern DOTS = Pattern.compile(".*/\\.\\.?(/.*)?");

  private PathText() {}

  /** What was expected instead; empty where it is right. */
  static Optional<String> wrong(String text) {
    if (text.equals("/")) {
      return Optional.of("a path below /; root says what of / itself");
    }
    boolean right =
        text.length() <= MOST && PLAIN.matcher(text).matches() && !DOTS.matcher(text).matches();
    return right
        ? Optional.empty()
        : Optional.of("an absolute path without //, . and .., and without a / at its end");
  }
}
