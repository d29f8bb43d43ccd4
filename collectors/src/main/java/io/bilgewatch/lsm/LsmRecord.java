package io.bilgewatch.lsm;

import io.bilgewatch.kernellog.AuditFields;
import io.bilgewatch.kernellog.AuditId;

/** An audit record of a security module. What has no accessor is in {@link #fields}. */
public sealed interface LsmRecord
    permits AppArmorRecord, SelinuxRecord, SeccompRecord, LandlockAccess, LandlockDomain {

  AuditId id();

  /** All fields of the record, those that a later kernel added as well. */
  AuditFields fields();
}
