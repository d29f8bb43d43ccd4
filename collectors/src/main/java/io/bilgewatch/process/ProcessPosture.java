package io.bilgewatch.process;

import java.util.List;
import java.util.OptionalInt;

/**
 * What the kernel says of a process's privileges ({@code /proc/<pid>/status}, proc_pid_status(5)).
 *
 * @param effectiveUid in the initial user namespace
 * @param containerUid the same user as the container sees it; differs under user namespaces
 * @param effectiveCapabilities bit mask, as permitted and bounding (capabilities(7)), bit 21 is
 *     CAP_SYS_ADMIN
 * @param seccompMode 0 off, 1 strict, 2 filter; empty on a kernel built without
 * @param securityLabel {@code /proc/<pid>/attr/current}, such as {@code docker-default (enforce)}
 *     or an SELinux context; empty where no module labels processes
 * @param groups supplementary ones, in the initial user namespace
 */
public record ProcessPosture(
    int effectiveUid,
    int effectiveGid,
    int containerUid,
    long effectiveCapabilities,
    long permittedCapabilities,
    long boundingCapabilities,
    boolean noNewPrivileges,
    OptionalInt seccompMode,
    String securityLabel,
    List<Integer> groups) {

  private static final long SYS_ADMIN = 1L << 21;

  public ProcessPosture {
    groups = List.copyOf(groups);
  }

  /** Of a process without supplementary groups. */
  public ProcessPosture(
      int effectiveUid,
      int effectiveGid,
      int containerUid,
      long effectiveCapabilities,
      long permittedCapabilities,
      long boundingCapabilities,
      boolean noNewPrivileges,
      OptionalInt seccompMode,
      String securityLabel) {
    this(
        effectiveUid,
        effectiveGid,
        containerUid,
        effectiveCapabilities,
        permittedCapabilities,
        boundingCapabilities,
        noNewPrivileges,
        seccompMode,
        securityLabel,
        List.of());
  }

  /** Whether it has or could still get CAP_SYS_ADMIN. */
  public boolean mayBeSysAdmin() {
    return ((effectiveCapabilities | permittedCapabilities | boundingCapabilities) & SYS_ADMIN)
        != 0;
  }
}
