package io.bilgewatch.tracefs;

import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.WriteErrno;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The exits of system calls that failed, {@code syscalls:sys_exit_<name>} with a filter on what
 * they return, so that only failures take room. What it costs is the same for one call or for all:
 * the kernel then visits its hook at the end of every system call of the host.
 */
final class FailureEvents {
  private static final String SYSTEM = "syscalls";

  private final Map<Integer, Decoder> byType;

  /** A call that failed. */
  record Failure(long nanos, int tid, WriteCall call, WriteErrno errno) {}

  private record Decoder(WriteCall call, TraceField tid, TraceField result) {}

  private FailureEvents(Map<Integer, Decoder> byType) {
    this.byType = Map.copyOf(byType);
  }

  /** Enables those that this kernel has. */
  static FailureEvents enable(TraceInstance instance) throws IOException {
    Map<Integer, Decoder> byType = new HashMap<>();
    for (WriteCall call : WriteCall.ALL) {
      if (instance.has(SYSTEM, call.exitEvent())) {
        EventFormat format = instance.format(SYSTEM, call.exitEvent());
        byType.put(
            format.id(), new Decoder(call, format.required("common_pid"), format.required("ret")));
        instance.filter(SYSTEM, call.exitEvent(), call.filter());
        instance.enable(SYSTEM, call.exitEvent());
      }
    }
    return new FailureEvents(byType);
  }

  int count() {
    return byType.size();
  }

  /** Empty for a record of another event. */
  Optional<Failure> read(TraceRecord record) throws Malformed {
    Decoder decoder = byType.get(record.type());
    if (decoder == null) {
      return Optional.empty();
    }
    int tid = (int) decoder.tid().number(record);
    int errno = (int) -decoder.result().number(record);
    return WriteErrno.of(errno)
        .filter(decoder.call()::counts)
        .map(known -> new Failure(record.nanos(), tid, decoder.call(), known));
  }
}
