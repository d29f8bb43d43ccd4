package io.bilgewatch.agent.diagnose;

import io.bilgewatch.fanotify.WriteMarks;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.kernellog.AuditLogSource;
import io.bilgewatch.kernellog.KmsgSource;
import io.bilgewatch.kernellog.NetlinkAuditSource;
import io.bilgewatch.process.ForkEvents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What of the kernel's log and of its processes can be listened to here: each is opened once. */
final class EventSources {
  private final HostRoot host;

  EventSources(HostRoot host) {
    this.host = host;
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        judge(
            "kernel log",
            () -> KmsgSource.open(host),
            "OOM kills are told with their details",
            "only the cgroups count OOM kills, and nothing tells who was killed",
            "give it CAP_SYSLOG, or set the sysctl kernel.dmesg_restrict to 0; in a container, mount"
                + " /dev/kmsg"));
    findings.add(audit());
    findings.add(writes());
    findings.add(
        judge(
            "fork events",
            ForkEvents::open,
            "denials of processes that live for a millisecond find their container",
            "denials of processes that have ended are told without their container",
            "run it in the host's pid and network namespaces, before Linux 6.6 with"
                + " CAP_NET_ADMIN"));
    return findings;
  }

  /** How layers are measured hangs on it. */
  private Finding writes() {
    return switch (WriteMarks.open(host)) {
      case Reading.Present<WriteMarks>(WriteMarks marks) -> {
        marks.close();
        yield Finding.ok(
            "write events", "layers are measured by what was written to, within a second or two");
      }
      case Reading.Missing<WriteMarks>(_, String detail) ->
          Finding.limited(
              "write events",
              detail + "; layers are walked, each when walk.interval and walk.cpu-share allow it",
              "give it CAP_SYS_ADMIN in the host's user namespace, on a kernel with fanotify");
    };
  }

  private Finding audit() {
    Finding netlink =
        judge(
            "audit records",
            NetlinkAuditSource::open,
            "denials are read by netlink, all of them",
            "denials are read from copies in the kernel's log, ten in five seconds",
            "give it CAP_AUDIT_READ in the host's network namespace");
    if (netlink.level() == Finding.Level.OK) {
      return netlink;
    }
    Finding file =
        judge("audit records", () -> AuditLogSource.open(host), "read from auditd's file", "", "");
    return file.level() == Finding.Level.OK ? file : netlink;
  }

  private static Finding judge(
      String subject, Opener opener, String opens, String without, String remedy) {
    try (AutoCloseable _ = opener.open()) {
      return Finding.ok(subject, opens);
    } catch (IOException e) {
      Reading<Object> why = Reading.failed(e);
      String detail = why instanceof Reading.Missing<Object>(_, String text) ? text : "";
      boolean absent =
          why instanceof Reading.Missing<Object>(Cause cause, _) && cause == Cause.UNSUPPORTED;
      return Finding.limited(
          subject,
          detail + "; " + without,
          absent ? "nothing: this kernel does not have it" : remedy);
    } catch (Exception e) {
      return Finding.limited(subject, e.toString(), "please report it");
    }
  }

  /** Opens a source to see whether it can be. */
  @FunctionalInterface
  private interface Opener {
    AutoCloseable open() throws IOException;
  }
}
