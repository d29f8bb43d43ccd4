package io.bilgewatch.lsm;

import io.bilgewatch.kernellog.AuditFields;
import io.bilgewatch.kernellog.AuditId;
import io.bilgewatch.kernellog.AuditTypes;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A record of AppArmor (security/apparmor/audit.c).
 *
 * <pre>
 * apparmor="DENIED" operation="open" class="file" profile="docker-default" name="/etc/x" pid=41 comm="sh"
 *   requested_mask="wc" denied_mask="wc" fsuid=0 ouid=0
 * operation="open" requested_mask="r::" …      before 2.6.36: the record's type says what it was
 * </pre>
 */
public record AppArmorRecord(AuditId id, Verdict verdict, AuditFields fields) implements LsmRecord {

  /** What AppArmor did. */
  public enum Verdict {
    /** The profile says no. */
    DENIED,
    /** The profile would say no, but is in complain mode. */
    ALLOWED,
    /** The profile says yes, and wants to know. */
    AUDIT,
    /** The profile says no and kills. */
    KILLED,
    /** A profile was loaded, replaced or removed. */
    STATUS,
    /** For whoever learns profiles. */
    HINT,
    ERROR
  }

  public AppArmorRecord {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(fields, "fields");
  }

  /** Reads {@code apparmor="…" …}. */
  static Optional<AppArmorRecord> read(AuditId id, String body, AuditFields.Form form) {
    if (!body.startsWith("apparmor=\"")) {
      return Optional.empty();
    }
    AuditFields fields = AuditFields.read(body, form);
    return verdict(fields.raw().get("apparmor"))
        .map(verdict -> new AppArmorRecord(id, verdict, fields));
  }

  /** Reads the form of old kernels, where the type is the verdict. */
  static Optional<AppArmorRecord> readOld(AuditId id, int type, String body) {
    AuditFields fields = AuditFields.read(body);
    if (!fields.has("operation")) {
      return Optional.empty();
    }
    Verdict verdict =
        switch (type) {
          case AuditTypes.APPARMOR_AUDIT -> Verdict.AUDIT;
          case AuditTypes.APPARMOR_ALLOWED -> Verdict.ALLOWED;
          case AuditTypes.APPARMOR_DENIED -> Verdict.DENIED;
          case AuditTypes.APPARMOR_HINT -> Verdict.HINT;
          case AuditTypes.APPARMOR_STATUS -> Verdict.STATUS;
          case AuditTypes.APPARMOR_ERROR -> Verdict.ERROR;
          default -> null;
        };
    return Optional.ofNullable(verdict).map(known -> new AppArmorRecord(id, known, fields));
  }

  private static Optional<Verdict> verdict(String text) {
    for (Verdict verdict : Verdict.values()) {
      if (verdict.name().equals(text)) {
        return Optional.of(verdict);
      }
    }
    return Optional.empty();
  }

  /** Whether something was not allowed that would have been without AppArmor. */
  public boolean isBlocked() {
    return verdict == Verdict.DENIED || verdict == Verdict.KILLED;
  }

  /** The hook: {@code open}, {@code mknod}, {@code ptrace}, {@code capable}…; few values. */
  public Optional<String> operation() {
    return fields.text("operation");
  }

  /** What kind of rule: {@code file}, {@code net}, {@code cap}…; since Linux 6.2 or so. */
  public Optional<String> mediationClass() {
    return fields.text("class");
  }

  public Optional<String> profile() {
    return fields.text("profile");
  }

  /** The policy namespace of a nested container. */
  public Optional<String> namespace() {
    return fields.text("namespace");
  }

  /** What was to be accessed; for most operations a path. */
  public Optional<String> name() {
    return fields.text("name");
  }

  /** The other end of a link or rename; the profile to change to. */
  public Optional<String> target() {
    return fields.text("target").or(() -> fields.text("name2"));
  }

  /** What was to be mounted. */
  public Optional<String> sourceName() {
    return fields.text("srcname");
  }

  /** The profile of the process at the other end. */
  public Optional<String> peer() {
    return fields.text("peer");
  }

  public Optional<String> requested() {
    return fields.text("requested_mask").or(() -> fields.text("requested"));
  }

  public Optional<String> denied() {
    return fields.text("denied_mask").or(() -> fields.text("denied"));
  }

  public Optional<String> signal() {
    return fields.text("signal");
  }

  public Optional<String> capability() {
    return fields.text("capname");
  }

  public Optional<String> info() {
    return fields.text("info");
  }

  /** A negated errno. */
  public OptionalInt error() {
    return fields.integer("error");
  }

  public Optional<String> fileSystemType() {
    return fields.text("fstype");
  }

  public Optional<String> mountFlags() {
    return fields.text("flags");
  }

  public Optional<String> socketFamily() {
    return fields.text("family");
  }

  public OptionalInt pid() {
    return fields.integer("pid");
  }

  public Optional<String> comm() {
    return fields.text("comm");
  }
}
