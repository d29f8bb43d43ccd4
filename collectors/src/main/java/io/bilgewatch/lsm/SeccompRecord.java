package io.bilgewatch.lsm;

import io.bilgewatch.kernellog.AuditFields;
import io.bilgewatch.kernellog.AuditId;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A system call that a seccomp filter did not just allow (kernel/auditsc.c, audit_seccomp).
 *
 * <pre>
 * auid=4294967295 uid=0 gid=0 ses=4294967295 subj==unconfined pid=41 comm="mkdir" exe="/bin/busybox" sig=0
 *   arch=c000003e syscall=83 compat=0 ip=0x47b567 code=0x7ffc0000
 * </pre>
 *
 * <p>{@code sig} is 31 (SIGSYS) where the filter kills; {@code subj} is there where a security
 * module is; {@code code} is the filter's answer, since Linux 3.5.
 */
public record SeccompRecord(AuditId id, AuditFields fields) implements LsmRecord {

  public SeccompRecord {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(fields, "fields");
  }

  static Optional<SeccompRecord> read(AuditId id, String body, AuditFields.Form form) {
    AuditFields fields = AuditFields.read(body, form);
    return fields.integer("syscall").isPresent()
        ? Optional.of(new SeccompRecord(id, fields))
        : Optional.empty();
  }

  public OptionalInt pid() {
    return fields.integer("pid");
  }

  public OptionalLong uid() {
    return fields.number("uid");
  }

  public Optional<String> comm() {
    return fields.text("comm");
  }

  public Optional<String> executable() {
    return fields.text("exe");
  }

  public OptionalInt signal() {
    return fields.integer("sig");
  }

  /** AUDIT_ARCH_…: the ELF machine and the calling convention; 0xc000003e is x86_64. */
  public OptionalLong architecture() {
    return fields.hexadecimal("arch");
  }

  public int syscallNumber() {
    return fields.integer("syscall").orElse(-1);
  }

  /** Such as {@code mkdir}; {@code syscall_83} where the number has no known name. */
  public String syscallName() {
    return Syscalls.name(architecture(), syscallNumber());
  }

  /** 1 for a 32-bit call on a 64-bit kernel. */
  public OptionalInt compat() {
    return fields.integer("compat");
  }

  public Optional<SeccompAction> action() {
    OptionalLong code = fields.hexadecimal("code");
    return code.isPresent() ? SeccompAction.of((int) code.getAsLong()) : Optional.empty();
  }

  /** Whether the system call did not happen; by the signal where the kernel gives no code. */
  public boolean isBlocked() {
    return action().map(SeccompAction::blocks).orElse(signal().orElse(0) != 0);
  }

  /**
   * The label of the process. AppArmor writes its own from the root of its namespaces on, with a
   * {@code =} in front.
   */
  public Optional<String> subject() {
    return fields.text("subj").map(text -> text.startsWith("=") ? text.substring(1) : text);
  }
}
