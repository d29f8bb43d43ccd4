package io.bilgewatch.kernellog;

import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.lsm.LsmRecord;
import io.bilgewatch.lsm.LsmRecords;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A record of the kernel's log, and an audit record down to who was denied what. */
@State(Scope.Benchmark)
public class KernelLogBenchmark {
  private static final int APPARMOR = 1400;

  private final byte[] kmsg =
      ("6,1234,98765432100,-,caller=T4711;eth0: renamed from veth1234567\n SUBSYSTEM=net\n"
              + " DEVICE=n4\n")
          .getBytes(StandardCharsets.ISO_8859_1);

  private final String audit =
      "audit(1700000000.123:4567): apparmor=\"DENIED\" operation=\"open\" class=\"file\""
          + " profile=\"docker-default\" name=\"/proc/sysrq-trigger\" pid=4711 comm=\"sh\""
          + " requested_mask=\"wc\" denied_mask=\"wc\" fsuid=0 ouid=0";

  @Benchmark
  public KmsgRecord kmsgRecord() throws Malformed {
    return KmsgRecord.parse(kmsg, 0, kmsg.length);
  }

  @Benchmark
  public Optional<LsmRecord> auditRecord() throws Malformed {
    return LsmRecords.read(AuditRecord.ofNetlink(APPARMOR, audit));
  }
}
