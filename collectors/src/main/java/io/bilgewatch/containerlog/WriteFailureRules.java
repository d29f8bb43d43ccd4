package io.bilgewatch.containerlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a line of a container's log tells of a write that failed, and what it tells. The
 * container chooses its lines, so the work on each is bounded, and a line that merely speaks of
 * such errors (a question, a manual, the kernel, the engine) is no failure. Immutable.
 */
public final class WriteFailureRules {
  private final Tokens tokens;
  private final List<FailureRule> rules;
  private final List<RulePattern> decoys;

  private WriteFailureRules(RulesFile file) {
    this.tokens = new Tokens(file.tokens());
    this.rules = List.copyOf(file.rules());
    this.decoys = List.copyOf(file.decoys());
  }

  /** The rules that are part of the program. */
  public static WriteFailureRules shipped() {
    return Shipped.RULES;
  }

  /** Made when they are first asked for: an agent that answers once mostly follows no logs. */
  private static final class Shipped {
    static final WriteFailureRules RULES = new WriteFailureRules(RulesFile.shipped());
  }

  /** A whole line, with or without its end. */
  public Optional<WriteFailure> match(String line) {
    byte[] bytes = line.getBytes(UTF_8);
    return match(bytes, 0, bytes.length);
  }

  /** A whole line, with or without its end; bytes in any encoding. */
  public Optional<WriteFailure> match(byte[] line, int from, int to) {
    int hit = hint(line, from, to);
    return hit < 0 ? Optional.empty() : examine(line, from, to, hit);
  }

  /** Where the line has a word that failures have, or -1: what costs nearly nothing. */
  int hint(byte[] line, int from, int to) {
    return tokens.find(line, from, to);
  }

  /** What the line tells around the place of a {@link #hint}: what costs. */
  Optional<WriteFailure> examine(byte[] line, int from, int to, int hint) {
    String text = LogText.around(line, from, to, hint);
    String plain = LogText.unescaped(text);
    String lower = plain.toLowerCase(Locale.ROOT);
    String marked = ErrnoWords.marked(plain);
    for (FailureRule rule : rules) {
      Optional<WriteFailure> failure = rule.match(marked, lower);
      if (failure.isPresent()) {
        return failure.filter(_ -> !isDecoy(text));
      }
    }
    return Optional.empty();
  }

  private boolean isDecoy(String text) {
    String marked = ErrnoWords.marked(text);
    return decoys.stream().anyMatch(decoy -> decoy.matcher(marked).find());
  }
}
