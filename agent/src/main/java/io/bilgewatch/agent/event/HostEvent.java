package io.bilgewatch.agent.event;

import io.bilgewatch.agent.rule.ContractRule;
import io.bilgewatch.agent.rule.Severity;
import io.bilgewatch.kernel.WriteErrno;
import io.bilgewatch.oom.OomCause;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** Something that happened. All text is valid UTF-8; a container may have chosen it. */
public sealed interface HostEvent {
  Instant at();

  Whose whose();

  /** In one line, without the time and without whose it is. */
  String text();

  Kind kind();

  /** What it was, for people. */
  default String words() {
    return kind().words();
  }

  /** How bad it is. */
  Severity severity();

  /** The same without a file's name that a container chose. */
  default HostEvent withoutPath() {
    return this;
  }

  /** What it was. */
  enum Kind {
    OOM_KILL,
    LSM_DENIAL,
    WRITE_FAILURE,
    KERNEL_LOG_LOSS,
    CONTRACT;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** For people. */
    public String words() {
      return switch (this) {
        case OOM_KILL -> "OOM kill";
        case LSM_DENIAL -> "LSM denial";
        case WRITE_FAILURE -> "write failure";
        case KERNEL_LOG_LOSS -> "kernel log lost";
        case CONTRACT -> "contract";
      };
    }
  }

  /** How a failed write was noticed. */
  enum WriteSource {
    LOG,
    KERNEL;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The OOM killer ended a process.
   *
   * @param process its name; empty where only the cgroup counted it
   * @param tmpfs the mount that held most, where tmpfs was the cause
   * @param detail what the kernel's log told of the memory; empty where it told nothing
   */
  record OomKilled(
      Instant at,
      Whose whose,
      OomCause cause,
      String process,
      OptionalInt pid,
      Optional<String> tmpfs,
      String detail)
      implements HostEvent {
    public OomKilled {
      Objects.requireNonNull(cause, "cause");
    }

    @Override
    public Kind kind() {
      return Kind.OOM_KILL;
    }

    @Override
    public Severity severity() {
      return Severity.CRITICAL;
    }

    @Override
    public String text() {
      StringBuilder text = new StringBuilder("OOM kill");
      if (!process.isEmpty()) {
        text.append(" of ").append(process);
      }
      pid.ifPresent(number -> text.append(" (pid ").append(number).append(')'));
      text.append(": ");
      switch (cause) {
        case TMPFS ->
            text.append("tmpfs held most of the memory")
                .append(tmpfs.map(path -> ", " + path + " above all").orElse(""));
        case MEMORY -> text.append("out of memory");
      }
      return detail.isEmpty() ? text.toString() : text.append("; ").append(detail).toString();
    }
  }

  /**
   * An LSM or seccomp said no, or would have.
   *
   * @param lsm {@code apparmor}, {@code selinux}, {@code seccomp} or {@code landlock}
   * @param blocked false where it was only logged: AppArmor's complain mode, SELinux' permissive,
   *     seccomp's SCMP_ACT_LOG
   * @param detail the record's essence
   */
  record Denied(
      Instant at,
      Whose whose,
      String lsm,
      String profile,
      String operation,
      boolean blocked,
      Optional<String> path,
      String process,
      OptionalInt pid,
      String detail)
      implements HostEvent {
    @Override
    public Kind kind() {
      return Kind.LSM_DENIAL;
    }

    @Override
    public Severity severity() {
      return blocked ? Severity.WARNING : Severity.INFO;
    }

    /** What was only logged was not denied. */
    @Override
    public String words() {
      return blocked ? kind().words() : "LSM, only logged";
    }

    @Override
    public String text() {
      return detail;
    }

    @Override
    public Denied withoutPath() {
      String what = "%s %s".formatted(operation, blocked ? "denied" : "would be denied");
      return new Denied(
          at,
          whose,
          lsm,
          withoutProgram(profile),
          operation,
          blocked,
          Optional.empty(),
          process,
          pid,
          what.strip());
    }

    /** In complain mode AppArmor names a profile by the path of what was run. */
    private static String withoutProgram(String profile) {
      int program = profile.indexOf("//null-");
      return program < 0 ? profile : profile.substring(0, program + "//null".length());
    }
  }

  /**
   * A write that failed in a container.
   *
   * @param errno empty where the program does not tell it
   * @param path empty where it is not told
   * @param program what wrote: a runtime by its way of telling, or a process name
   */
  record WriteFailed(
      Instant at,
      Whose whose,
      Optional<WriteErrno> errno,
      Optional<String> path,
      String program,
      WriteSource source)
      implements HostEvent {
    public WriteFailed {
      Objects.requireNonNull(errno, "errno");
      Objects.requireNonNull(source, "source");
    }

    @Override
    public WriteFailed withoutPath() {
      return new WriteFailed(at, whose, errno, Optional.empty(), program, source);
    }

    @Override
    public Kind kind() {
      return Kind.WRITE_FAILURE;
    }

    @Override
    public Severity severity() {
      return Severity.WARNING;
    }

    @Override
    public String text() {
      return "%s: %s%s (%s)"
          .formatted(
              path.orElse("a write"),
              errno.map(WriteErrno::name).orElse("failed, it is not told why"),
              program.isEmpty() ? "" : " told by " + program,
              source == WriteSource.LOG ? "its log" : "the kernel");
    }
  }

  /**
   * Records of the kernel's log that nobody read.
   *
   * @param source {@code kmsg} or {@code audit}
   * @param why with the number, where it is known
   */
  record KernelLogLost(Instant at, String source, String why) implements HostEvent {
    @Override
    public Whose whose() {
      return Whose.host();
    }

    @Override
    public Kind kind() {
      return Kind.KERNEL_LOG_LOSS;
    }

    @Override
    public Severity severity() {
      return Severity.WARNING;
    }

    @Override
    public String text() {
      return "records of " + source + " were lost: " + why;
    }
  }

  /**
   * A container began to break its contract, or no longer does.
   *
   * @param path empty where the rule is not about one, or no names are shown
   * @param begins else it is over
   */
  record ContractEvent(
      Instant at,
      Whose whose,
      ContractRule rule,
      String path,
      String declared,
      String found,
      boolean begins)
      implements HostEvent {
    @Override
    public Kind kind() {
      return Kind.CONTRACT;
    }

    @Override
    public Severity severity() {
      return begins ? Severity.WARNING : Severity.INFO;
    }

    @Override
    public String text() {
      String what = rule.label() + (path.isEmpty() ? "" : " at " + path);
      return begins
          ? "broken: %s: declared %s, found %s".formatted(what, declared, found)
          : "no longer broken: " + what;
    }
  }
}
