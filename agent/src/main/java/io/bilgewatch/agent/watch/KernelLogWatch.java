package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.event.SourceStatus;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernellog.AuditLogSource;
import io.bilgewatch.kernellog.KmsgSource;
import io.bilgewatch.kernellog.NetlinkAuditSource;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Reads the kernel's log: {@code /dev/kmsg} always, and audit records by netlink, which is
 * complete, or from auditd's file. Where neither can be had, the copies in {@code /dev/kmsg} have
 * to do, of which the kernel lets ten through in five seconds.
 */
final class KernelLogWatch implements AutoCloseable {
  private static final int INIT = 1;
  private static final Duration FIRST_TRY = Duration.ofSeconds(2);

  private final KernelLogThread audit;
  private final KernelLogThread kmsg;
  private final HostRoot host;

  KernelLogWatch(HostRoot host, KernelEvents events, InstantSource clock) {
    this.host = host;
    this.audit =
        new KernelLogThread(
            "audit", this::openAudit, events.ofAudit(), clock, KernelLogThread.RETRY);
    this.kmsg =
        new KernelLogThread(
            "kmsg",
            () -> new KernelLogThread.Opened("kmsg", KmsgSource.open(host)),
            events.ofKmsg(audit::isRead),
            clock,
            KernelLogThread.RETRY);
  }

  /** Audit first: what the kernel's log has of audit records is then a copy, from its end on. */
  void start() {
    audit.start();
    Thread.ofVirtual()
        .start(() -> {
          try {
            audit.awaitTried(FIRST_TRY);
            kmsg.start();
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private KernelLogThread.Opened openAudit() throws IOException {
    try {
      checkNetwork();
      return new KernelLogThread.Opened("netlink", NetlinkAuditSource.open());
    } catch (IOException noNetlink) {
      try {
        return new KernelLogThread.Opened("file", AuditLogSource.open(host));
      } catch (IOException noFile) {
        noNetlink.addSuppressed(noFile);
        throw noNetlink;
      }
    }
  }

  /** In another network namespace the socket opens, and nothing ever comes. */
  private void checkNetwork() throws IOException {
    Path own = HostRoot.LIVE.proc("self", "ns", "net");
    Path hosts = host.process(INIT, "ns", "net");
    if (Files.isReadable(hosts)
        && !Files.readSymbolicLink(own).equals(Files.readSymbolicLink(hosts))) {
      throw new FileSystemException(
          "audit", null, "heard in the host's network namespace only, and this is another");
    }
  }

  /** Whether denials can be read of any source. */
  boolean isRead() {
    return audit.isRead() || kmsg.isRead();
  }

  List<SourceStatus> sources() {
    return List.of(kmsg.source(), audit.source());
  }

  List<CollectorStatus> statuses() {
    return List.of(kmsg.status(), audit.status());
  }

  @Override
  public void close() {
    audit.close();
    kmsg.close();
  }
}
