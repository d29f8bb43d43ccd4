package io.bilgewatch.tracefs;

import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.tracefs.EnteredCalls.Entered;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What calls were asked for: {@code syscalls:sys_enter_<name>}, or a probe on it that tells the
 * file's name as well where the kernel has such probes. Without them only open(2) and openat(2) are
 * watched, for their flags.
 *
 * <p>Not filtered by the flags, though fewer records would be made: a thread that opened a file to
 * write and then is refused one to read would, with the second call's record missing, be taken for
 * one that was refused a write.
 */
final class CallEvents {
  private static final String SYSTEM = "syscalls";

  private final Map<Integer, Decoder> byType = new HashMap<>();
  private boolean named;

  private record Decoder(
      WriteCall call, TraceField tid, Optional<TraceField> flags, Optional<TraceField> path) {}

  private CallEvents() {}

  static CallEvents enable(Tracefs tracefs, String group, TraceInstance instance)
      throws IOException {
    CallEvents events = new CallEvents();
    for (WriteCall call : WriteCall.ALL) {
      if (instance.has(SYSTEM, call.enterEvent())) {
        events.enable(tracefs, group, instance, call);
      }
    }
    return events;
  }

  private void enable(Tracefs tracefs, String group, TraceInstance instance, WriteCall call)
      throws IOException {
    EventFormat enter = instance.format(SYSTEM, call.enterEvent());
    if (NameProbes.make(tracefs, group, call, enter)) {
      named = true;
      EventFormat probe = instance.format(group, call.name());
      add(call, probe, probe.field(NameProbes.FLAGS), probe.field(NameProbes.PATH));
      instance.enable(group, call.name());
    } else if (call.kind() == WriteCall.Kind.OPEN && enter.field("flags").isPresent()) {
      add(call, enter, enter.field("flags"), Optional.empty());
      instance.enable(SYSTEM, call.enterEvent());
    }
  }

  private void add(
      WriteCall call, EventFormat format, Optional<TraceField> flags, Optional<TraceField> path)
      throws Malformed {
    byType.put(format.id(), new Decoder(call, format.required("common_pid"), flags, path));
  }

  /** Whether files' names are told. */
  boolean named() {
    return named;
  }

  /** Passes over a record of another event. */
  void read(TraceRecord record, EnteredCalls calls) throws Malformed {
    Decoder decoder = byType.get(record.type());
    if (decoder == null) {
      return;
    }
    OptionalLong flags = OptionalLong.empty();
    if (decoder.flags().isPresent()) {
      flags = OptionalLong.of(decoder.flags().get().number(record));
    }
    Optional<String> path = Optional.empty();
    if (decoder.path().isPresent()) {
      String text = decoder.path().get().text(record);
      path = text.isEmpty() || text.equals(NameProbes.FAULT) ? Optional.empty() : Optional.of(text);
    }
    int tid = (int) decoder.tid().number(record);
    calls.add(tid, new Entered(record.nanos(), decoder.call().name(), flags, path));
  }
}
