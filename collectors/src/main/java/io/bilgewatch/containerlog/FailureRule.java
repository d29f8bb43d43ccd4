package io.bilgewatch.containerlog;

import com.google.re2j.Matcher;
import io.bilgewatch.kernel.WriteErrno;
import java.util.List;
import java.util.Optional;

/**
 * One form in which programs tell that a write failed. The groups {@code errno}, {@code path},
 * {@code path2} (of a rename: where to), {@code directory} (of a path that is relative to it) and
 * {@code program} of the pattern say what they tell.
 *
 * @param program where the pattern does not find it
 * @param errno where the pattern does not find it; empty where the line does not tell
 * @param holds lower-case words, one of which a line must hold to be worth the pattern
 * @param unless a line that this is found in tells of something else
 * @param notAfter as {@code unless}, but only shortly before the match
 * @param doubtful whether EACCES and EPERM may be about reading, so that the path must decide
 */
record FailureRule(
    String id,
    String program,
    Optional<WriteErrno> errno,
    List<String> holds,
    RulePattern pattern,
    Optional<RulePattern> unless,
    Optional<RulePattern> notAfter,
    boolean doubtful) {

  /** How far before a match {@code notAfter} looks. */
  private static final int BEFORE = 48;

  FailureRule {
    holds = List.copyOf(holds);
  }

  /**
   * @param text of the line, as {@link ErrnoWords#marked} makes it
   * @param lower the line in lower case
   */
  Optional<WriteFailure> match(String text, String lower) {
    if (holds.stream().noneMatch(lower::contains)) {
      return Optional.empty();
    }
    Matcher matcher = pattern.matcher(text);
    return matcher.find() && !isOtherwise(text, matcher.start())
        ? failure(matcher).filter(this::isOfWriting)
        : Optional.empty();
  }

  private boolean isOtherwise(String text, int start) {
    String before = text.substring(Math.max(0, start - BEFORE), start);
    return unless.filter(other -> other.matcher(text).find()).isPresent()
        || notAfter.filter(other -> other.matcher(before).find()).isPresent();
  }

  private Optional<WriteFailure> failure(Matcher matcher) {
    Optional<String> told = group(matcher, "errno");
    Optional<String> found = group(matcher, "path2").or(() -> group(matcher, "path"));
    Optional<String> path =
        found
            .map(ErrnoWords::unmarked)
            .flatMap(PrintedPath::of)
            .map(name -> inDirectory(matcher, name));
    String who = group(matcher, "program").map(ErrnoWords::unmarked).orElse(program);
    return Optional.of(
        new WriteFailure(told.map(ErrnoWords::errno).or(() -> errno), path, who, id));
  }

  private boolean isOfWriting(WriteFailure failure) {
    boolean certain =
        failure.errno().filter(e -> e != WriteErrno.EACCES && e != WriteErrno.EPERM).isPresent();
    return !doubtful
        || certain
        || failure.path().filter(path -> !PrintedPath.isRatherRunOrRead(path)).isPresent();
  }

  private String inDirectory(Matcher matcher, String path) {
    return group(matcher, "directory")
        .filter(directory -> !path.startsWith("/"))
        .map(directory -> directory.endsWith("/") ? directory + path : directory + "/" + path)
        .orElse(path);
  }

  private Optional<String> group(Matcher matcher, String name) {
    return pattern.hasGroup(name) ? Optional.ofNullable(matcher.group(name)) : Optional.empty();
  }
}
