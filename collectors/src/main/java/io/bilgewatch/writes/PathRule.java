package io.bilgewatch.writes;

import com.google.re2j.Pattern;
import io.bilgewatch.overlay.LayerEntry;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is written at some paths, and what becomes of it when the root is read-only.
 *
 * @param id for programs, such as {@code pid-file}
 * @param what for people, such as {@code PID file}
 * @param pattern found in the path as the container sees it; empty: in every path
 * @param type empty: any
 * @param advice what becomes of it
 * @param hint how, in one line; empty where the advice says it all
 * @param environment variables that move it elsewhere or turn it off
 * @param leastMib what a tmpfs for it should hold at least
 * @param must whether the program fails where nothing is done about it
 */
public record PathRule(
    String id,
    String what,
    Optional<Pattern> pattern,
    Optional<LayerEntry.Type> type,
    Advice advice,
    String hint,
    Map<String, String> environment,
    int leastMib,
    boolean must) {

  public PathRule {
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
  }

  /** What becomes of what is written somewhere. */
  public enum Advice {
    /** May be lost with the container: a bounded tmpfs. */
    TMPFS,
    /** Must outlive it: a named volume. */
    VOLUME,
    /** Belongs to standard output. */
    STDOUT,
    /** A setting moves it elsewhere, or turns it off. */
    SETTING,
    /** Belongs to the build of the image. */
    BUILD,
    /** Is Docker's own, or a person's. */
    NONE,
    /** Nobody knows but who wrote the program. */
    ASK;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  boolean matches(String path, Optional<LayerEntry.Type> found) {
    return (type.isEmpty() || type.equals(found))
        && (pattern.isEmpty() || pattern.get().matcher(path).find());
  }
}
