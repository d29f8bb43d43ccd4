package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.event.Attributed;
import io.bilgewatch.agent.event.Attribution;
import io.bilgewatch.agent.event.Clue;
import io.bilgewatch.agent.event.EventBook;
import io.bilgewatch.agent.event.HostEvent.Denied;
import io.bilgewatch.agent.event.HostEvent.KernelLogLost;
import io.bilgewatch.agent.event.NameWait;
import io.bilgewatch.agent.event.Whose;
import io.bilgewatch.kernellog.AuditRecord;
import io.bilgewatch.kernellog.KernelLogItem;
import io.bilgewatch.kernellog.KmsgRecord;
import io.bilgewatch.lsm.LsmFinding;
import io.bilgewatch.lsm.LsmJoin;
import io.bilgewatch.oom.OomAssembler;
import io.bilgewatch.oom.OomKill;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** What the items of the kernel's log are: OOM kills and denials, with whose they are. */
final class KernelEvents {
  private final EventBook book;
  private final OomWatch kills;
  private final Attribution attribution;
  private final InstantSource clock;

  KernelEvents(EventBook book, OomWatch kills, Attribution attribution, InstantSource clock) {
    this.book = book;
    this.kills = kills;
    this.attribution = attribution;
    this.clock = clock;
  }

  KernelLogThread.Reader ofAudit() {
    return new Denials("audit");
  }

  /**
   * @param auditIsRead whether audit records come by themselves, so that those here are copies
   */
  KernelLogThread.Reader ofKmsg(BooleanSupplier auditIsRead) {
    return new Kmsg(auditIsRead);
  }

  private final class Kmsg implements KernelLogThread.Reader {
    private final BooleanSupplier auditIsRead;
    private final Denials denials = new Denials("kmsg");
    private final OomAssembler assembler = new OomAssembler();
    private final KernelLogClock written = new KernelLogClock();
    private boolean before = true;
    private Duration lastSinceBoot = Duration.ZERO;
    private long lastNanos = System.nanoTime();

    Kmsg(BooleanSupplier auditIsRead) {
      this.auditIsRead = auditIsRead;
    }

    @Override
    public void read(KernelLogItem item, boolean isBefore) {
      before = isBefore;
      switch (item) {
        case KernelLogItem.Kmsg(KmsgRecord record) when record.isKernel() -> kernels(record);
        case KernelLogItem.Kmsg _ -> {}
        case KernelLogItem.Withheld _ when isBefore || !needsCopies() -> {}
        case KernelLogItem.Audit _,
            KernelLogItem.Withheld _,
            KernelLogItem.Lost _,
            KernelLogItem.CaughtUp _,
            KernelLogItem.Reopened _ ->
            denials.read(item, isBefore);
      }
    }

    private void kernels(KmsgRecord record) {
      lastSinceBoot = record.sinceBoot();
      lastNanos = System.nanoTime();
      written.read(lastSinceBoot, lastNanos);
      assembler.offer(record.sinceBoot(), record.continuation(), record.text()).forEach(this::tell);
      // What an audit source has from before the start is none: there the copies are all there is.
      if (before || needsCopies()) {
        AuditRecord.ofKmsg(record).ifPresent(audit -> denials.take(audit, before));
      }
    }

    @Override
    public void pause() {
      assembler.expire(sinceBootNow()).forEach(this::tell);
      denials.pause();
    }

    @Override
    public boolean needsCopies() {
      return !auditIsRead.getAsBoolean();
    }

    /** As if each record were read at once: what is late is not to be given up the sooner. */
    private Duration sinceBootNow() {
      return lastSinceBoot.plusNanos(System.nanoTime() - lastNanos);
    }

    private void tell(OomKill kill) {
      long now = System.nanoTime();
      Duration ago =
          before
              ? Duration.ofNanos(now).minus(kill.sinceBoot())
              : written.since(kill.sinceBoot(), now);
      Instant at = clock.instant().minus(ago);
      kills.tell(kill, owner(kill, at), at, before);
    }

    /** A kill of which only the last line came has no cgroup, but still a process. */
    private Attributed owner(OomKill kill, Instant at) {
      if (kill.containerId().isPresent()) {
        return attribution.named(kill.containerId().get(), Attributed.How.CGROUP);
      }
      if (kill.taskMemcg().isPresent()) {
        return new Attributed.ToHost();
      }
      return before
          ? new Attributed.Unattributed("the kernel's log does not tell its cgroup")
          : attribution.attribute(Clue.ofProcess(kill.victim().pid(), at));
    }
  }

  /** Of one source: what belongs together comes by the same way. */
  private final class Denials implements KernelLogThread.Reader {
    private final String source;
    private final LsmJoin join = new LsmJoin();
    private final NameWait<LsmFinding> wait = new NameWait<>(attribution);
    private boolean before;

    Denials(String source) {
      this.source = source;
    }

    @Override
    public void read(KernelLogItem item, boolean isBefore) {
      switch (item) {
        case KernelLogItem.Audit(AuditRecord record) -> take(record, isBefore);
        case KernelLogItem.Lost lost when !isBefore -> lost(lost.records(), lost.why());
        case KernelLogItem.Withheld(long records, String why) when !isBefore ->
            lost(OptionalLong.of(records), why);
        case KernelLogItem.Lost _,
            KernelLogItem.Withheld _,
            KernelLogItem.Kmsg _,
            KernelLogItem.CaughtUp _,
            KernelLogItem.Reopened _ -> {}
      }
    }

    private void lost(OptionalLong records, String why) {
      String number = records.isPresent() ? records.getAsLong() + ", " : "";
      book.happened(new KernelLogLost(clock.instant(), source, number + why));
    }

    @Override
    public boolean needsCopies() {
      return false;
    }

    void take(AuditRecord record, boolean isBefore) {
      before = isBefore;
      found(join.offer(record, System.nanoTime()));
    }

    @Override
    public void pause() {
      long now = System.nanoTime();
      found(join.expire(now));
      settled(wait.settle(now));
    }

    private void found(List<LsmFinding> findings) {
      for (LsmFinding finding : findings) {
        if (before) {
          book.happenedBefore(event(finding, Whose.of(attribution.attribute(clue(finding)))));
        } else {
          settled(wait.offer(finding, attribution.attribute(clue(finding)), System.nanoTime()));
        }
      }
    }

    private void settled(List<NameWait.Settled<LsmFinding>> all) {
      all.forEach(one -> book.happened(event(one.event(), Whose.of(one.attributed()))));
    }
  }

  private static Clue clue(LsmFinding finding) {
    return switch (finding.lsm()) {
      case SELINUX ->
          new Clue(finding.pid(), finding.id().instant(), finding.subject(), Optional.empty());
      case APPARMOR ->
          new Clue(finding.pid(), finding.id().instant(), Optional.empty(), finding.subject());
      case SECCOMP, LANDLOCK ->
          new Clue(finding.pid(), finding.id().instant(), Optional.empty(), Optional.empty());
    };
  }

  private static Denied event(LsmFinding finding, Whose whose) {
    return new Denied(
        finding.id().instant(),
        whose,
        finding.lsm().label(),
        finding.profile(),
        finding.operation(),
        finding.blocked(),
        finding.path(),
        finding.comm().orElse(""),
        finding.pid(),
        finding.detail());
  }
}
