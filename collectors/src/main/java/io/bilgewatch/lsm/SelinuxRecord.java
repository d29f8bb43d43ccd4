package io.bilgewatch.lsm;

import io.bilgewatch.kernellog.AuditFields;
import io.bilgewatch.kernellog.AuditId;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A record of SELinux's access vector cache (security/selinux/avc.c).
 *
 * <pre>
 * avc:  denied  { read write } for  pid=41 comm="sh" path="/etc/x" dev="vda1" ino=57
 *   scontext=system_u:system_r:container_t:s0:c1,c2 tcontext=system_u:object_r:etc_t:s0 tclass=file permissive=0
 * </pre>
 *
 * @param granted where a rule says that what is allowed be told
 * @param permissions what was asked for, at least one
 */
public record SelinuxRecord(
    AuditId id, boolean granted, List<String> permissions, AuditFields fields)
    implements LsmRecord {
  private static final String AVC = "avc:";

  public SelinuxRecord {
    Objects.requireNonNull(id, "id");
    permissions = List.copyOf(permissions);
    Objects.requireNonNull(fields, "fields");
  }

  /** Reads {@code avc: denied { … } for …}, with any number of blanks. */
  static Optional<SelinuxRecord> read(AuditId id, String body, AuditFields.Form form) {
    if (!body.startsWith(AVC)) {
      return Optional.empty();
    }
    int verdict = afterBlanks(body, AVC.length());
    boolean granted = body.startsWith("granted", verdict);
    if (!granted && !body.startsWith("denied", verdict)) {
      return Optional.empty();
    }
    int open = afterBlanks(body, verdict + (granted ? "granted" : "denied").length());
    int close = body.indexOf('}', open);
    if (close < 0 || body.charAt(open) != '{') {
      return Optional.empty();
    }
    String between = body.substring(open + 1, close).strip();
    AuditFields fields = AuditFields.read(body.substring(close + 1), form);
    return between.isEmpty() || !fields.has("scontext") || !fields.has("tclass")
        ? Optional.empty()
        : Optional.of(new SelinuxRecord(id, granted, words(between), fields));
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split(" ", -1)).filter(word -> !word.isEmpty()).toList();
  }

  private static int afterBlanks(String body, int from) {
    int at = from;
    while (at < body.length() && body.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  /** Whether something was not allowed; a permissive domain or system is only told about. */
  public boolean isBlocked() {
    return !granted && permissive().orElse(0) != 1;
  }

  /** 1 where it was allowed all the same; not written before Linux 3.17. */
  public OptionalInt permissive() {
    return fields.integer("permissive");
  }

  /** The context of the process: {@code user:role:type:level}. */
  public String sourceContext() {
    return fields.text("scontext").orElse("");
  }

  /** The context of what it wanted to use. */
  public Optional<String> targetContext() {
    return fields.text("tcontext");
  }

  /** {@code file}, {@code tcp_socket}, {@code capability}…; few values. */
  public String targetClass() {
    return fields.text("tclass").orElse("");
  }

  public OptionalInt pid() {
    return fields.integer("pid");
  }

  public Optional<String> comm() {
    return fields.text("comm");
  }

  /** The whole path, where the kernel knew it. */
  public Optional<String> path() {
    return fields.text("path");
  }

  /** The last part of the path. */
  public Optional<String> name() {
    return fields.text("name");
  }

  public Optional<String> device() {
    return fields.text("dev");
  }

  public OptionalLong inode() {
    return fields.number("ino");
  }

  /** The capability's number. */
  public Optional<String> capability() {
    return fields.text("capability");
  }
}
