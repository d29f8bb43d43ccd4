package io.bilgewatch.lsm;

import io.bilgewatch.kernellog.AuditFields;
import io.bilgewatch.kernellog.AuditId;
import io.bilgewatch.kernellog.AuditTypes;
import java.util.Objects;
import java.util.Optional;

/**
 * An audit record as it stands in some log or terminal, with what syslog, journald, dmesg or
 * ausearch put around it: for lines that people have, and never for what is counted, since whoever
 * writes into such a log may choose what stands at a line's end.
 *
 * <pre>
 * Jan 29 01:30:41 web7 kernel: [ 41.178567] audit: type=1400 audit(1405454041.341:73): apparmor="DENIED" …
 * node=web7 type=AVC msg=audit(06/12/2024 07:13:19.428:543) : avc:  denied  { open } for …
 * Jan 29 01:30:41 web7 audit[41]: AVC apparmor="DENIED" …
 * [32339.774269] audit(1189201672.746:537): type=1503 operation="open" …
 * apparmor="DENIED" …
 * </pre>
 *
 * <p>What begins the record stands at the line's beginning or behind a blank; the first is taken.
 *
 * @param type {@link AuditTypes#OTHER} where the line does not tell
 * @param id {@link AuditId#NONE} where the line does not tell, or has a date in words
 * @param form interpreted where the line has a date in words
 */
public record LoggedLine(int type, AuditId id, AuditFields.Form form, String body) {
  private static final String TYPE = "type=";
  private static final String MESSAGE = "msg=";
  private static final String STAMP = "audit(";
  private static final String JOURNAL_NUMBER = "AUDIT";
  private static final int MOST_TYPE_CHARS = 32;
  private static final int MOST_STAMP_CHARS = 64;

  public LoggedLine {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(form, "form");
    Objects.requireNonNull(body, "body");
  }

  /** Finds the record in a line of ISO-8859-1 text, a char a byte. */
  public static Optional<LoggedLine> read(String line) {
    if (line.startsWith("apparmor=\"") || line.startsWith("avc: ")) {
      return Optional.of(unstamped(AuditTypes.AVC, line, 0));
    }
    boolean byJournal = true;
    for (int at = afterBlanks(line, 0); at < line.length(); ) {
      Optional<LoggedLine> found = typed(line, at);
      if (found.isEmpty() && byJournal) {
        found = named(line, at);
      }
      if (found.isPresent()) {
        return found;
      }
      byJournal = line.startsWith("audit[", at);
      at = afterBlanks(line, wordEnd(line, at));
    }
    return Optional.empty();
  }

  /** Reads {@code type=AVC msg=audit(…): …} or {@code audit(…): …}. */
  private static Optional<LoggedLine> typed(String line, int at) {
    if (line.startsWith(TYPE, at)) {
      int end = wordEnd(line, at);
      int type = type(line, at + TYPE.length(), end);
      int stamp = afterBlanks(line, end);
      stamp += line.startsWith(MESSAGE, stamp) ? MESSAGE.length() : 0;
      return type < 0 ? Optional.empty() : stamped(type, line, stamp);
    }
    return stamped(AuditTypes.OTHER, line, at);
  }

  /** Reads {@code AVC …}, which journald has behind {@code audit[pid]: }. */
  private static Optional<LoggedLine> named(String line, int at) {
    int end = wordEnd(line, at);
    int from = line.startsWith(JOURNAL_NUMBER, at) ? at + JOURNAL_NUMBER.length() : at;
    boolean letter = line.charAt(at) >= 'A' && line.charAt(at) <= 'Z';
    int type = letter ? type(line, from, end) : -1;
    return type > AuditTypes.OTHER
        ? Optional.of(unstamped(type, line, afterBlanks(line, end)))
        : Optional.empty();
  }

  private static LoggedLine unstamped(int type, String line, int body) {
    return new LoggedLine(type, AuditId.NONE, AuditFields.Form.KERNEL, line.substring(body));
  }

  private static Optional<LoggedLine> stamped(int type, String line, int at) {
    if (!line.startsWith(STAMP, at)) {
      return Optional.empty();
    }
    int from = at + STAMP.length();
    int close = line.indexOf(')', from);
    if (close < 0 || close - from > MOST_STAMP_CHARS) {
      return Optional.empty();
    }
    int colon = afterBlanks(line, close + 1);
    if (!line.startsWith(":", colon)) {
      return Optional.empty();
    }
    String stamp = line.substring(from, close);
    Optional<AuditId> id = AuditId.parse(stamp);
    boolean date = id.isEmpty() && stamp.chars().anyMatch(Character::isDigit);
    String body = line.substring(afterBlanks(line, colon + 1));
    return Optional.of(
        new LoggedLine(
            type == AuditTypes.OTHER ? inner(body) : type,
            id.orElse(AuditId.NONE),
            date ? AuditFields.Form.INTERPRETED : AuditFields.Form.KERNEL,
            body));
  }

  /** The type in {@code audit(…): type=1503 …}. */
  private static int inner(String body) {
    int type = body.startsWith(TYPE) ? type(body, TYPE.length(), wordEnd(body, 0)) : -1;
    return Math.max(type, AuditTypes.OTHER);
  }

  private static int type(String line, int from, int to) {
    return from >= to || to - from > MOST_TYPE_CHARS
        ? -1
        : AuditTypes.number(line.substring(from, to));
  }

  private static int wordEnd(String line, int from) {
    int blank = line.indexOf(' ', from);
    return blank < 0 ? line.length() : blank;
  }

  private static int afterBlanks(String line, int from) {
    int at = from;
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  /** Whether the line says that the kernel wrote the record, and not a program that may do so. */
  public boolean isKernels() {
    return type != AuditTypes.USER_AVC;
  }

  /**
   * What a security module reported; also a program that decides by a module's policy (USER_AVC),
   * and AppArmor before Linux 2.6.36.
   */
  public Optional<LsmRecord> record() {
    return switch (type) {
      case AuditTypes.USER_AVC -> {
        String sent = AuditFields.read(body).raw().getOrDefault("msg", "");
        yield LsmRecords.read(AuditTypes.AVC, id, sent, form);
      }
      case AuditTypes.OTHER -> LsmRecords.read(AuditTypes.AVC, id, body, form);
      case AuditTypes.APPARMOR_AUDIT,
          AuditTypes.APPARMOR_ALLOWED,
          AuditTypes.APPARMOR_DENIED,
          AuditTypes.APPARMOR_HINT,
          AuditTypes.APPARMOR_STATUS,
          AuditTypes.APPARMOR_ERROR ->
          AppArmorRecord.read(id, body, form)
              .or(() -> AppArmorRecord.readOld(id, type, body))
              .map(LsmRecord.class::cast);
      default -> LsmRecords.read(type, id, body, form);
    };
  }
}
