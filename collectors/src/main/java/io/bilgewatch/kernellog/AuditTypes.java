package io.bilgewatch.kernellog;

import java.util.Map;

/**
 * The numbers of audit record types, which auditd's log writes as names (linux/audit.h; {@code
 * ausearch -m help}). Only those that this program reads, and those beside which they stand.
 */
public final class AuditTypes {
  public static final int USER_AVC = 1107;
  public static final int SYSCALL = 1300;
  public static final int END_OF_EVENT = 1320;
  public static final int SECCOMP = 1326;
  public static final int AVC = 1400;
  public static final int LANDLOCK_ACCESS = 1423;
  public static final int LANDLOCK_DOMAIN = 1424;

  /** Of kernels before 2.6.33 with AppArmor's patches: the verdict was the type. */
  public static final int APPARMOR_AUDIT = 1501;

  public static final int APPARMOR_ALLOWED = 1502;
  public static final int APPARMOR_DENIED = 1503;
  public static final int APPARMOR_HINT = 1504;
  public static final int APPARMOR_STATUS = 1505;
  public static final int APPARMOR_ERROR = 1506;

  /** Of a record whose type has a name that is not here: no type of the kernel's. */
  public static final int OTHER = 0;

  private static final String UNKNOWN = "UNKNOWN[";
  private static final int MOST_DIGITS = 9;

  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("USER_AVC", USER_AVC),
          Map.entry("SYSCALL", SYSCALL),
          Map.entry("PATH", 1302),
          Map.entry("SOCKADDR", 1306),
          Map.entry("CWD", 1307),
          Map.entry("EXECVE", 1309),
          Map.entry("EOE", END_OF_EVENT),
          Map.entry("SECCOMP", SECCOMP),
          Map.entry("PROCTITLE", 1327),
          Map.entry("AVC", AVC),
          Map.entry("SELINUX_ERR", 1401),
          Map.entry("AVC_PATH", 1402),
          Map.entry("LANDLOCK_ACCESS", LANDLOCK_ACCESS),
          Map.entry("LANDLOCK_DOMAIN", LANDLOCK_DOMAIN),
          Map.entry("APPARMOR", 1500),
          Map.entry("APPARMOR_AUDIT", APPARMOR_AUDIT),
          Map.entry("APPARMOR_ALLOWED", APPARMOR_ALLOWED),
          Map.entry("APPARMOR_DENIED", APPARMOR_DENIED),
          Map.entry("APPARMOR_HINT", APPARMOR_HINT),
          Map.entry("APPARMOR_STATUS", APPARMOR_STATUS),
          Map.entry("APPARMOR_ERROR", APPARMOR_ERROR));

  private AuditTypes() {}

  /**
   * The number of {@code AVC}, {@code 1400} or {@code UNKNOWN[1423]}.
   *
   * @return {@link #OTHER} for a name that is not known here, -1 for what is no type
   */
  public static int number(String type) {
    Integer known = NUMBERS.get(type);
    if (known != null) {
      return known;
    }
    if (type.startsWith(UNKNOWN) && type.endsWith("]")) {
      return digits(type, UNKNOWN.length(), type.length() - 1);
    }
    return isName(type) ? OTHER : digits(type, 0, type.length());
  }

  private static boolean isName(String type) {
    for (int i = 0; i < type.length(); i++) {
      char c = type.charAt(i);
      boolean letter = c >= 'A' && c <= 'Z';
      boolean other = c == '_' || (c >= '0' && c <= '9');
      if (!letter && (i == 0 || !other)) {
        return false;
      }
    }
    return !type.isEmpty();
  }

  private static int digits(String text, int from, int to) {
    if (from >= to || to - from > MOST_DIGITS) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
