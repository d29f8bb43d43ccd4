package io.bilgewatch.kernellog;

import io.bilgewatch.kernel.KernelText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The {@code key=value} fields of an audit record's body. Words without a {@code =} are passed
 * over; of two fields with one key the first counts.
 *
 * <pre>
 * profile="docker-default" pid=12965 comm=726D202D7266 subj==a (complain) key=(null)
 *
 * "…"       as it is: what would end it early is never in it, since the kernel writes that in hexadecimal
 * 726D20…   in hexadecimal, of those keys whose text somebody else chooses
 * '…'       what a user program sent: to the end of the record, and never looked into
 * (null)    nothing
 * other     up to the next blank that a further key=, or the end, follows
 * </pre>
 *
 * <p>auditd's enriched format adds what numbers mean, behind a 0x1d (which copying often loses) and
 * with upper-case keys: {@code ouid=0\x1dOUID="root"}. That is no part of the record.
 */
public final class AuditFields {
  /** Fields of no more than this many are kept: no record of the kernel's has half as many. */
  private static final int MOST_FIELDS = 96;

  private static final int MOST_DIGITS = 20;

  private final Map<String, String> values;

  private AuditFields(Map<String, String> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /** How values are written that have no quotes. */
  public enum Form {
    /** As the kernel writes: text in hexadecimal where that is needed. */
    KERNEL,
    /** As {@code ausearch -i} prints: text as it is, so that {@code comm=1234} is that. */
    INTERPRETED
  }

  public static AuditFields read(String body) {
    return read(body, Form.KERNEL);
  }

  public static AuditFields read(String body, Form form) {
    Map<String, String> values = new LinkedHashMap<>();
    AuditFieldCursor cursor = new AuditFieldCursor(body, form);
    while (values.size() < MOST_FIELDS && cursor.next()) {
      if (cursor.value() != null) {
        values.putIfAbsent(cursor.key(), cursor.value());
      }
    }
    return new AuditFields(values);
  }

  /** All fields in their order, decoded, a char a byte: not fit to be shown. */
  public Map<String, String> raw() {
    return values;
  }

  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** The field's text, made safe to be shown. */
  public Optional<String> text(String key) {
    return Optional.ofNullable(values.get(key)).map(KernelText::display);
  }

  /**
   * The field's decimal number of at most 64 bits, as a long holds them (an inode number may have
   * all); empty also where it is none.
   */
  public OptionalLong number(String key) {
    String value = values.get(key);
    if (value == null || value.isEmpty() || value.length() > MOST_DIGITS) {
      return OptionalLong.empty();
    }
    try {
      boolean negative = value.charAt(0) == '-';
      return OptionalLong.of(negative ? Long.parseLong(value) : Long.parseUnsignedLong(value));
    } catch (NumberFormatException _) {
      return OptionalLong.empty();
    }
  }

  /** The field's decimal number where it fits an int. */
  public OptionalInt integer(String key) {
    OptionalLong number = number(key);
    return number.isPresent() && number.getAsLong() == (int) number.getAsLong()
        ? OptionalInt.of((int) number.getAsLong())
        : OptionalInt.empty();
  }

  /** Such as {@code 0x7ffc0000} or {@code c000003e}, of at most 32 bits. */
  public OptionalLong hexadecimal(String key) {
    String value = values.get(key);
    if (value == null) {
      return OptionalLong.empty();
    }
    String digits = value.startsWith("0x") ? value.substring(2) : value;
    try {
      return OptionalLong.of(Integer.toUnsignedLong(Integer.parseUnsignedInt(digits, 16)));
    } catch (NumberFormatException _) {
      return OptionalLong.empty();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AuditFields fields && values.equals(fields.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return KernelText.display(values.toString());
  }
}
