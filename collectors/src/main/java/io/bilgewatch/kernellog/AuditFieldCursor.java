package io.bilgewatch.kernellog;

import java.util.Set;

/** Steps over the fields of an audit record's body; {@link AuditFields} has the grammar. */
final class AuditFieldCursor {
  private static final char ENRICHED = 0x1d;

  /** Whose text the kernel writes with audit_log_untrustedstring or the like. */
  private static final Set<String> UNTRUSTED =
      Set.of(
          "comm",
          "ocomm",
          "exe",
          "name",
          "name2",
          "path",
          "dir",
          "cwd",
          "proctitle",
          "profile",
          "peer",
          "peer_profile",
          "peer_label",
          "label",
          "namespace",
          "target",
          "srcname",
          "dev",
          "fstype",
          "anonclass",
          "kmod",
          "key",
          "acct",
          "addr",
          "peer_addr",
          "srawcon",
          "trawcon");

  /** What auditd calls the numbers that it explains. */
  private static final Set<String> EXPLANATIONS =
      Set.of(
          "ARCH",
          "SYSCALL",
          "AUID",
          "UID",
          "GID",
          "EUID",
          "SUID",
          "FSUID",
          "EGID",
          "SGID",
          "FSGID",
          "OUID",
          "OGID",
          "OAUID",
          "ID",
          "INODE_UID",
          "INODE_GID",
          "SADDR",
          "OLD_AUID",
          "IUID",
          "IGID");

  private static final int LONGEST_EXPLANATION = 10;

  private final String body;
  private final AuditFields.Form form;
  private int at;
  private String key = "";
  private String value;

  AuditFieldCursor(String body, AuditFields.Form form) {
    this.body = body;
    this.form = form;
  }

  String key() {
    return key;
  }

  /** Null where the field says that there is none. */
  String value() {
    return value;
  }

  /** Moves to the next field that is part of the record. */
  boolean next() {
    while (at < body.length()) {
      if (body.charAt(at) == ENRICHED) {
        at = body.length();
        return false;
      }
      int equals = keyEnd(at);
      if (equals < 0) {
        skipWord();
      } else {
        key = body.substring(at, equals);
        at = equals + 1;
        readValue();
        if (!isExplanation()) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isExplanation() {
    char first = key.charAt(0);
    return first >= 'A' && first <= 'Z';
  }

  /** Where the {@code =} behind a key at an offset is; -1 where no key stands there. */
  private int keyEnd(int from) {
    int end = from;
    while (end < body.length() && isKeyChar(body.charAt(end))) {
      end++;
    }
    return end > from && end < body.length() && body.charAt(end) == '=' ? end : -1;
  }

  private static boolean isKeyChar(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  /** To the next word: behind the blanks that follow this one. */
  private void skipWord() {
    while (at < body.length() && !isBreak(body.charAt(at))) {
      at++;
    }
    while (at < body.length() && body.charAt(at) == ' ') {
      at++;
    }
  }

  private static boolean isBreak(char c) {
    return c == ' ' || c == ENRICHED;
  }

  private void readValue() {
    char first = at < body.length() ? body.charAt(at) : ' ';
    if (first == '"') {
      int close = body.indexOf('"', at + 1);
      int end = close < 0 ? body.length() : close;
      value = body.substring(at + 1, end);
      at = Math.min(end + 1, body.length());
    } else if (first == '\'') {
      // The sender may have put quotes into it: only the kernel's own, the last, is no part of it.
      int close = body.lastIndexOf('\'');
      value = body.substring(at + 1, close > at ? close : body.length());
      at = body.length();
    } else {
      readBare();
    }
  }

  private void readBare() {
    int from = at;
    int end = wordEnd(from);
    while (!endsAt(end)) {
      end = wordEnd(nextWord(end));
    }
    at = end;
    value = decoded(body.substring(from, explained(from, end)));
  }

  private int wordEnd(int from) {
    int end = from;
    while (end < body.length() && !isBreak(body.charAt(end))) {
      end++;
    }
    return end;
  }

  /** Whether a value may end here: before a field, an explanation or the end. */
  private boolean endsAt(int end) {
    if (end >= body.length() || body.charAt(end) == ENRICHED) {
      return true;
    }
    int word = nextWord(end);
    return word < 0 || body.charAt(word) == ENRICHED || keyEnd(word) >= 0;
  }

  /** The first byte behind blanks; -1 where nothing else follows. */
  private int nextWord(int from) {
    int word = from;
    while (word < body.length() && body.charAt(word) == ' ') {
      word++;
    }
    return word < body.length() ? word : -1;
  }

  /** Where an explanation begins that lost its 0x1d: {@code 0OUID="root"}. */
  private int explained(int from, int to) {
    int equals = body.indexOf('=', from);
    if (equals < 0 || equals >= to || equals == from) {
      return to;
    }
    for (int start = Math.max(from, equals - LONGEST_EXPLANATION); start < equals; start++) {
      if (EXPLANATIONS.contains(body.substring(start, equals))) {
        return start;
      }
    }
    return to;
  }

  private String decoded(String text) {
    if (text.equals("(null)")) {
      return null;
    }
    boolean encoded = form == AuditFields.Form.KERNEL && UNTRUSTED.contains(key);
    return encoded && Escapes.isHex(text) ? Escapes.ofHex(text) : text;
  }
}
