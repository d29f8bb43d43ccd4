package io.bilgewatch.kernellog;

import io.bilgewatch.kernel.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * One audit record, wherever it was read. Its type stands in front of its text and is the kernel's
 * own: a container may have records of user types (such as 1107) written with any text in them, so
 * nothing but the very beginning of a record is looked at.
 *
 * <pre>
 * /dev/kmsg   audit: type=1400 audit(1405454041.341:73): apparmor="DENIED" operation=…    before 4.4 without "audit: "
 * netlink                      audit(1405454041.341:73): apparmor="DENIED" operation=…    the type is in the header
 * audit.log   type=AVC     msg=audit(1405454041.341:73): apparmor="DENIED" operation=…
 *             node=web7 type=UNKNOWN[1423] msg=audit(1405454041.341:73): domain=…
 * </pre>
 *
 * @param body all behind {@code audit(…): }, a char a byte
 */
public record AuditRecord(int type, AuditId id, String body) {
  private static final String KMSG = "audit: ";
  private static final String TYPE = "type=";
  private static final String MESSAGE = "msg=";
  private static final String STAMP = "audit(";
  private static final int MOST_TYPE_CHARS = 32;

  public AuditRecord {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(body, "body");
  }

  /** The audit record that a record of the kernel's log is; empty for any other. */
  public static Optional<AuditRecord> ofKmsg(KmsgRecord record) {
    String text = record.text();
    int at = text.startsWith(KMSG) ? KMSG.length() : 0;
    if (!record.isKernel() || !text.startsWith(TYPE, at)) {
      return Optional.empty();
    }
    int blank = text.indexOf(' ', at);
    int from = at + TYPE.length();
    if (blank < 0 || blank - from > MOST_TYPE_CHARS) {
      return Optional.empty();
    }
    int type = AuditTypes.number(text.substring(from, blank));
    return type < 0 ? Optional.empty() : stamped(type, text, blank + 1);
  }

  /**
   * What a netlink message holds behind its header.
   *
   * @param type of the header
   */
  public static AuditRecord ofNetlink(int type, String text) throws Malformed {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == 0 || text.charAt(end - 1) == '\n')) {
      end--;
    }
    return stamped(type, text.substring(0, end), 0)
        .orElseThrow(() ->
            new Malformed(
                "audit record " + type,
                0,
                "audit(seconds.millis:serial):",
                text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** A line of auditd's log, in its raw or its enriched format; empty for anything else. */
  public static Optional<AuditRecord> ofLogLine(String line) {
    int at = 0;
    if (line.startsWith("node=")) {
      at = line.indexOf(' ') + 1;
    }
    if (!line.startsWith(TYPE, at)) {
      return Optional.empty();
    }
    int from = at + TYPE.length();
    int blank = line.indexOf(' ', from);
    if (blank < 0 || blank - from > MOST_TYPE_CHARS || !line.startsWith(MESSAGE, blank + 1)) {
      return Optional.empty();
    }
    int type = AuditTypes.number(line.substring(from, blank));
    return type < 0 ? Optional.empty() : stamped(type, line, blank + 1 + MESSAGE.length());
  }

  /** Reads {@code audit(1405454041.341:73): …} at an offset. */
  private static Optional<AuditRecord> stamped(int type, String text, int at) {
    if (!text.startsWith(STAMP, at)) {
      return Optional.empty();
    }
    int close = text.indexOf(')', at);
    if (close < 0 || !text.startsWith(":", close + 1)) {
      return Optional.empty();
    }
    int body = close + (text.startsWith(" ", close + 2) ? 3 : 2);
    return AuditId.parse(text.substring(at + STAMP.length(), close))
        .map(id -> new AuditRecord(type, id, text.substring(body)));
  }
}
