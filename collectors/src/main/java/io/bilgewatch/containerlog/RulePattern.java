package io.bilgewatch.containerlog;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/**
 * A pattern of the shipped rules, which is compiled when a line first wants it: most hosts never
 * see a line that most of the rules are for, and all of them compiled take most of a megabyte. Any
 * thread may use it.
 */
final class RulePattern {
  private final String text;
  private volatile Pattern compiled;

  /**
   * @param text as RE2 has it; what is wrong with it shows at its first use
   */
  RulePattern(String text) {
    this.text = text;
  }

  Matcher matcher(String line) {
    return compiled().matcher(line);
  }

  boolean hasGroup(String name) {
    return compiled().namedGroups().containsKey(name);
  }

  /** Two threads may both compile it, and get the same. */
  private Pattern compiled() {
    Pattern known = compiled;
    if (known == null) {
      known = Pattern.compile(text);
      compiled = known;
    }
    return known;
  }
}
