package io.bilgewatch.lsm;

import io.bilgewatch.kernellog.AuditFields;
import java.util.Optional;
import java.util.OptionalInt;

/** Which records are findings, and what of them counts. */
final class LsmFindings {
  private static final int TYPE_OF_CONTEXT = 2;

  private LsmFindings() {}

  /** Empty where the record tells of something that is as it should be. */
  static Optional<LsmFinding> of(AppArmorRecord record) {
    boolean finding = record.isBlocked() || record.verdict() == AppArmorRecord.Verdict.ALLOWED;
    if (!finding) {
      return Optional.empty();
    }
    Detail detail =
        new Detail("AppArmor", record.isBlocked() ? "denied" : "would deny")
            .add(record.operation())
            .add("of", record.name())
            .add("to", record.target())
            .add("from", record.sourceName())
            .add("by", record.peer())
            .add("capability", record.capability())
            .add("signal", record.signal())
            .add("family", record.socketFamily())
            .add("mask", record.denied())
            .add("profile", record.profile())
            .add("because of:", record.info());
    return Optional.of(
        new LsmFinding(
            Lsm.APPARMOR,
            record.isBlocked(),
            record.profile().orElse(""),
            record.operation().orElse(""),
            record.pid(),
            record.comm(),
            record.name(),
            record.id(),
            record.profile(),
            detail.by(record.comm(), record.pid())));
  }

  static Optional<LsmFinding> of(SelinuxRecord record) {
    if (record.granted()) {
      return Optional.empty();
    }
    Optional<String> path = record.path().or(record::name);
    Detail detail =
        new Detail("SELinux", record.isBlocked() ? "denied" : "would deny")
            .add(Optional.of(String.join(" ", record.permissions())))
            .add("of a", Optional.of(record.targetClass()))
            .add("at", path)
            .add("from", Optional.of(record.sourceContext()))
            .add("on", record.targetContext());
    return Optional.of(
        new LsmFinding(
            Lsm.SELINUX,
            record.isBlocked(),
            type(record.sourceContext()),
            record.targetClass() + ":" + record.permissions().getFirst(),
            record.pid(),
            record.comm(),
            path,
            record.id(),
            Optional.of(record.sourceContext()),
            detail.by(record.comm(), record.pid())));
  }

  /** The type in {@code user:role:type:level}. */
  private static String type(String context) {
    String[] parts = context.split(":", TYPE_OF_CONTEXT + 2);
    return parts.length > TYPE_OF_CONTEXT ? parts[TYPE_OF_CONTEXT] : context;
  }

  static Optional<LsmFinding> of(SeccompRecord record) {
    Optional<SeccompAction> action = record.action();
    if (action.filter(SeccompAction.ALLOW::equals).isPresent()) {
      return Optional.empty();
    }
    Detail detail =
        new Detail("seccomp", record.isBlocked() ? "denied" : "logged")
            .add(Optional.of(record.syscallName()))
            .add("with", action.map(Enum::name))
            .add("of", record.executable());
    return Optional.of(
        new LsmFinding(
            Lsm.SECCOMP,
            record.isBlocked(),
            "",
            record.syscallName(),
            record.pid(),
            record.comm(),
            Optional.empty(),
            record.id(),
            record.subject(),
            detail.by(record.comm(), record.pid())));
  }

  /**
   * @param process fields of the record that tells who it was: SYSCALL or LANDLOCK_DOMAIN
   */
  static LsmFinding of(LandlockAccess record, Optional<AuditFields> process) {
    OptionalInt pid = process.map(fields -> fields.integer("pid")).orElse(OptionalInt.empty());
    Optional<String> comm = process.flatMap(fields -> fields.text("comm"));
    Detail detail =
        new Detail("Landlock", "denied")
            .add(Optional.of(String.join(",", record.blockers())))
            .add("at", record.path())
            .add("to", record.destinationAddress())
            .add("on", record.objectComm())
            .add("in domain", Optional.of(record.domain()));
    return new LsmFinding(
        Lsm.LANDLOCK,
        true,
        "",
        record.blockers().getFirst(),
        pid,
        comm,
        record.path(),
        record.id(),
        process.flatMap(fields -> fields.text("subj")),
        detail.by(comm, pid));
  }

  /** A line for people, of what the record has. */
  private static final class Detail {
    private final StringBuilder text;

    Detail(String lsm, String verb) {
      text = new StringBuilder(lsm).append(' ').append(verb);
    }

    Detail add(Optional<String> value) {
      value.ifPresent(present -> text.append(' ').append(present));
      return this;
    }

    Detail add(String word, Optional<String> value) {
      value.ifPresent(present -> text.append(' ').append(word).append(' ').append(present));
      return this;
    }

    String by(Optional<String> comm, OptionalInt pid) {
      comm.ifPresent(name -> text.append(" (").append(name).append(')'));
      pid.ifPresent(number -> text.append(" pid ").append(number));
      return text.toString();
    }
  }
}
