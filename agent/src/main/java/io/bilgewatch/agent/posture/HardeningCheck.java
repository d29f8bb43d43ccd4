package io.bilgewatch.agent.posture;

import java.util.Locale;

/** The questions asked of each container; the names are part of the public contract. */
public enum HardeningCheck {
  ROOTFS_READONLY,
  USER_NONROOT,
  NO_NEW_PRIVILEGES,
  CAPABILITIES_DROPPED,
  NOT_PRIVILEGED,
  SECCOMP,
  LSM_PROFILE,
  MEMORY_LIMITED,
  LOG_BOUNDED,
  TMPFS_BOUNDED,
  TMPFS_NOSUID_NODEV_NOEXEC,
  VOLUMES_WRITABLE_BY_USER,
  HOME_WRITABLE_OR_UNUSED;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
