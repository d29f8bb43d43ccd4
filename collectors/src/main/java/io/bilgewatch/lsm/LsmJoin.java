package io.bilgewatch.lsm;

import io.bilgewatch.kernellog.AuditFields;
import io.bilgewatch.kernellog.AuditId;
import io.bilgewatch.kernellog.AuditRecord;
import io.bilgewatch.kernellog.AuditTypes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes findings of audit records, in the order of their source. All but Landlock's come at once: a
 * Landlock record does not say whose it is. The SYSCALL record of the same event does, which comes
 * behind it; or else (where it does not come within a moment) what the domain's first denial said
 * of the process that restricted itself.
 *
 * <pre>
 * 1423 (1795406040.070:8) domain=167c780b3 blockers=fs.make_reg …      the denial
 * 1424 (1795406040.070:8) domain=167c780b3 status=allocated pid=13549  at its domain's first denial only
 * 1300 (1795406040.070:8) … pid=13549 … comm="ll"                      who it was
 * 1320 (1795406040.070:8)                                              end of the event
 * </pre>
 *
 * <p>Not for several threads.
 */
public final class LsmJoin {
  private static final long PATIENCE_NANOS = 500_000_000L;
  private static final int MOST_WAITING = 1024;
  private static final int MOST_DOMAINS = 4096;

  private record Waiting(LandlockAccess access, long deadline) {}

  private final Deque<Waiting> waiting = new ArrayDeque<>();

  private final Map<String, AuditFields> domains =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, AuditFields> eldest) {
          return size() > MOST_DOMAINS;
        }
      };

  /**
   * Takes in a record.
   *
   * @param nanos when, of a clock that only goes forward
   * @return the findings that are now complete
   */
  public List<LsmFinding> offer(AuditRecord record, long nanos) {
    List<LsmFinding> findings = new ArrayList<>(expire(nanos));
    switch (record.type()) {
      case AuditTypes.SYSCALL -> complete(record.id(), Optional.of(record), findings);
      case AuditTypes.END_OF_EVENT -> complete(record.id(), Optional.empty(), findings);
      default -> LsmRecords.read(record).ifPresent(read -> take(read, nanos, findings));
    }
    return findings;
  }

  private void take(LsmRecord record, long nanos, List<LsmFinding> findings) {
    switch (record) {
      case AppArmorRecord apparmor -> LsmFindings.of(apparmor).ifPresent(findings::add);
      case SelinuxRecord selinux -> LsmFindings.of(selinux).ifPresent(findings::add);
      case SeccompRecord seccomp -> LsmFindings.of(seccomp).ifPresent(findings::add);
      case LandlockAccess access -> await(access, nanos, findings);
      case LandlockDomain domain -> note(domain);
    }
  }

  private void await(LandlockAccess access, long nanos, List<LsmFinding> findings) {
    if (waiting.size() == MOST_WAITING) {
      findings.add(byDomain(waiting.removeFirst().access()));
    }
    waiting.addLast(new Waiting(access, nanos + PATIENCE_NANOS));
  }

  /** A domain that has ended stays known: denials of it may still wait, and its number is gone. */
  private void note(LandlockDomain domain) {
    if (!domain.hasEnded()) {
      domains.put(domain.domain(), domain.fields());
    }
  }

  private void complete(AuditId id, Optional<AuditRecord> syscall, List<LsmFinding> findings) {
    if (waiting.isEmpty()) {
      return;
    }
    Optional<AuditFields> process = Optional.empty();
    for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
      LandlockAccess access = each.next().access();
      if (access.id().equals(id)) {
        each.remove();
        process = process.or(() -> syscall.map(record -> AuditFields.read(record.body())));
        findings.add(process.isPresent() ? LsmFindings.of(access, process) : byDomain(access));
      }
    }
  }

  private LsmFinding byDomain(LandlockAccess access) {
    return LsmFindings.of(access, Optional.ofNullable(domains.get(access.domain())));
  }

  /** The findings whose companion did not come in time. */
  public List<LsmFinding> expire(long nanos) {
    List<LsmFinding> findings = new ArrayList<>();
    while (!waiting.isEmpty() && waiting.peekFirst().deadline() - nanos <= 0) {
      findings.add(byDomain(waiting.removeFirst().access()));
    }
    return findings;
  }
}
