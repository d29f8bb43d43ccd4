package io.bilgewatch.lsm;

import io.bilgewatch.kernellog.AuditId;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a security module did not want. All texts are fit to be shown.
 *
 * @param blocked false where it was only logged: AppArmor's complain mode, SELinux' permissive
 *     mode, a seccomp filter that logs or asks
 * @param profile AppArmor's profile, SELinux' type of the process; empty for the others
 * @param operation one of few: AppArmor's operation, {@code class:permission} of SELinux, the
 *     system call of seccomp, the first missing right of Landlock
 * @param pid in the host's numbering
 * @param path AppArmor: as the container names it; SELinux: often the last part only
 * @param subject what the process is labelled with, which may tell its container
 * @param detail one line for people
 */
public record LsmFinding(
    Lsm lsm,
    boolean blocked,
    String profile,
    String operation,
    OptionalInt pid,
    Optional<String> comm,
    Optional<String> path,
    AuditId id,
    Optional<String> subject,
    String detail) {

  public LsmFinding {
    Objects.requireNonNull(lsm, "lsm");
    Objects.requireNonNull(profile, "profile");
    Objects.requireNonNull(operation, "operation");
    Objects.requireNonNull(pid, "pid");
    Objects.requireNonNull(comm, "comm");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(detail, "detail");
  }
}
