package io.bilgewatch.lsm;

import io.bilgewatch.kernellog.AuditFields;
import io.bilgewatch.kernellog.AuditId;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A Landlock domain that denied something for the first time, or that has ended (type 1424).
 *
 * <pre>
 * domain=167c780b3 status=allocated mode=enforcing pid=13549 uid=0 exe="/usr/local/bin/ll" comm="ll"
 * domain=167c780b3 status=deallocated denials=7
 * </pre>
 *
 * <p>The process is the one that restricted itself; its children are in the same domain.
 */
public record LandlockDomain(AuditId id, String domain, AuditFields fields) implements LsmRecord {
  private static final int MOST_DIGITS = 16;

  public LandlockDomain {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(domain, "domain");
    Objects.requireNonNull(fields, "fields");
  }

  static Optional<LandlockDomain> read(AuditId id, String body, AuditFields.Form form) {
    AuditFields fields = AuditFields.read(body, form);
    String domain = fields.raw().get("domain");
    return isNumber(domain)
        ? Optional.of(new LandlockDomain(id, domain, fields))
        : Optional.empty();
  }

  /** Whether a text is a domain's number: {@code %llx}. */
  static boolean isNumber(String domain) {
    return domain != null
        && !domain.isEmpty()
        && domain.length() <= MOST_DIGITS
        && domain.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
  }

  /** {@code allocated} or {@code deallocated}. */
  public Optional<String> status() {
    return fields.text("status");
  }

  public boolean hasEnded() {
    return status().filter("deallocated"::equals).isPresent();
  }

  public Optional<String> mode() {
    return fields.text("mode");
  }

  public OptionalInt pid() {
    return fields.integer("pid");
  }

  public OptionalLong uid() {
    return fields.number("uid");
  }

  public Optional<String> executable() {
    return fields.text("exe");
  }

  public Optional<String> comm() {
    return fields.text("comm");
  }

  /** How often it denied something while it was. */
  public OptionalLong denials() {
    return fields.number("denials");
  }
}
