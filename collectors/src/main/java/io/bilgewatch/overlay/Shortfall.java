package io.bilgewatch.overlay;

import io.bilgewatch.libc.Errno;
import java.util.Locale;

/** Why a walk did not see the whole layer. */
public enum Shortfall {
  /** More entries than the budget allows; also what a container that creates for ever ends in. */
  TOO_MANY_ENTRIES,
  /** More levels than the budget allows. */
  TOO_DEEP,
  /** More files with several names than the budget allows to remember. */
  TOO_MANY_HARD_LINKS,
  OUT_OF_TIME,
  OUT_OF_CPU,
  /** The {@link Pace} said stop. */
  CANCELLED,
  /** A directory may not be read or searched. */
  NOT_PERMITTED,
  /** Directories were moved from under the walk, at each of its attempts. */
  MOVED,
  /** Another error of the file system or the process, such as EIO or EMFILE. */
  FAILED;

  /** For people: {@code too many entries}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  static Shortfall of(int errno) {
    return switch (errno) {
      case Errno.EACCES, Errno.EPERM -> NOT_PERMITTED;
      default -> FAILED;
    };
  }

  /** Whether the error says that an entry went away, or became another thing, meanwhile. */
  static boolean isGone(int errno) {
    return switch (errno) {
      case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.ESTALE -> true;
      default -> false;
    };
  }
}
