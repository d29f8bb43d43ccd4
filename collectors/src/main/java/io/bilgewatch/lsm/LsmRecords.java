package io.bilgewatch.lsm;

import io.bilgewatch.kernellog.AuditFields;
import io.bilgewatch.kernellog.AuditId;
import io.bilgewatch.kernellog.AuditRecord;
import io.bilgewatch.kernellog.AuditTypes;
import java.util.Optional;

/**
 * Tells the security modules' records from all others: by the type, which only the kernel may use,
 * and by how the text begins. A default container may send records of types such as 1107 (USER_AVC)
 * with any text in them, also one that looks like a denial.
 */
public final class LsmRecords {
  private LsmRecords() {}

  /** The record of a security module; empty for all others. */
  public static Optional<LsmRecord> read(AuditRecord record) {
    return read(record.type(), record.id(), record.body(), AuditFields.Form.KERNEL);
  }

  static Optional<LsmRecord> read(int type, AuditId id, String body, AuditFields.Form form) {
    return switch (type) {
      case AuditTypes.AVC ->
          AppArmorRecord.read(id, body, form)
              .map(LsmRecord.class::cast)
              .or(() -> SelinuxRecord.read(id, body, form));
      case AuditTypes.SECCOMP -> SeccompRecord.read(id, body, form).map(LsmRecord.class::cast);
      case AuditTypes.LANDLOCK_ACCESS ->
          LandlockAccess.read(id, body, form).map(LsmRecord.class::cast);
      case AuditTypes.LANDLOCK_DOMAIN ->
          LandlockDomain.read(id, body, form).map(LsmRecord.class::cast);
      default -> Optional.empty();
    };
  }
}
