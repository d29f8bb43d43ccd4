package io.bilgewatch.lsm;

/** Who may say no besides file modes; seccomp is none, and counts as one here. */
public enum Lsm {
  APPARMOR("apparmor"),
  SELINUX("selinux"),
  SECCOMP("seccomp"),
  LANDLOCK("landlock");

  private final String label;

  Lsm(String label) {
    this.label = label;
  }

  /** As metrics name it. */
  public String label() {
    return label;
  }
}
