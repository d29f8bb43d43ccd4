package io.bilgewatch.agent.contract;

import io.bilgewatch.agent.view.ProcessUser;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whom a container's first process may run as. */
public sealed interface AllowedUser {
  Pattern NUMBERS = Pattern.compile("(\\d{1,9})(?::(\\d{1,9}))?");

  /** Everybody. */
  record Any() implements AllowedUser {}

  /** Everybody but root. */
  record NonRoot() implements AllowedUser {}

  /** One alone, with a group where one is declared. */
  record Numbered(int uid, OptionalInt gid) implements AllowedUser {}

  /** Whether a user is allowed; empty where its group can't be told. */
  default Optional<Boolean> allows(ProcessUser user) {
    return switch (this) {
      case Any() -> Optional.of(true);
      case NonRoot() -> Optional.of(user.uid() != 0);
      case Numbered(int uid, OptionalInt gid) ->
          uid != user.uid() || gid.isEmpty() || gid.equals(user.gid())
              ? Optional.of(uid == user.uid())
              : user.gid().isPresent() ? Optional.of(false) : Optional.empty();
    };
  }

  /** As the file has it. */
  default String text() {
    return switch (this) {
      case Any() -> "any";
      case NonRoot() -> "non-root";
      case Numbered(int uid, OptionalInt gid) -> new ProcessUser(uid, gid).toString();
    };
  }

  /** {@code any}, {@code non-root}, {@code 101} or {@code 101:101}; else empty. */
  static Optional<AllowedUser> of(String text) {
    Matcher numbers = NUMBERS.matcher(text);
    if (numbers.matches()) {
      OptionalInt gid =
          numbers.group(2) == null
              ? OptionalInt.empty()
              : OptionalInt.of(Integer.parseInt(numbers.group(2)));
      return Optional.of(new Numbered(Integer.parseInt(numbers.group(1)), gid));
    }
    return switch (text) {
      case "any" -> Optional.of(new Any());
      case "non-root" -> Optional.of(new NonRoot());
      default -> Optional.empty();
    };
  }
}
