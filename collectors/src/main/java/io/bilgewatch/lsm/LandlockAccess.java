package io.bilgewatch.lsm;

import io.bilgewatch.kernel.KernelText;
import io.bilgewatch.kernellog.AuditFields;
import io.bilgewatch.kernellog.AuditId;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a Landlock domain was denied (type 1423, security/landlock/audit.c, since Linux 6.15). Who
 * asked for it is in other records of the same event.
 *
 * <pre>
 * domain=167c780b3 blockers=fs.make_reg path="/tmp" dev="vda" ino=260072
 * domain=167c780b3 blockers=net.connect_tcp daddr=127.0.0.1 dest=80
 * domain=167c780b3 blockers=scope.signal opid=1 ocomm="systemd"
 * </pre>
 *
 * @param domain its number in hexadecimal; never used twice while the system runs
 * @param blockers the rights that are missing, at least one
 */
public record LandlockAccess(AuditId id, String domain, List<String> blockers, AuditFields fields)
    implements LsmRecord {

  public LandlockAccess {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(domain, "domain");
    blockers = List.copyOf(blockers);
    Objects.requireNonNull(fields, "fields");
  }

  static Optional<LandlockAccess> read(AuditId id, String body, AuditFields.Form form) {
    AuditFields fields = AuditFields.read(body, form);
    String domain = fields.raw().get("domain");
    String blockers = fields.raw().get("blockers");
    if (!LandlockDomain.isNumber(domain) || blockers == null) {
      return Optional.empty();
    }
    List<String> words =
        Arrays.stream(blockers.split(",", -1))
            .filter(word -> !word.isEmpty())
            .map(KernelText::display)
            .toList();
    return words.isEmpty()
        ? Optional.empty()
        : Optional.of(new LandlockAccess(id, domain, words, fields));
  }

  /** The object; for what makes or removes something, the directory. */
  public Optional<String> path() {
    return fields.text("path");
  }

  public Optional<String> device() {
    return fields.text("dev");
  }

  public OptionalLong inode() {
    return fields.number("ino");
  }

  /** The process that was the object. */
  public OptionalInt objectPid() {
    return fields.integer("opid");
  }

  public Optional<String> objectComm() {
    return fields.text("ocomm");
  }

  public Optional<String> destinationAddress() {
    return fields.text("daddr");
  }

  public OptionalInt destinationPort() {
    return fields.integer("dest");
  }
}
