package io.bilgewatch.tracefs;

import io.bilgewatch.cgroup.ContainerCgroup;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Malformed;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Births, deaths and moves of tasks: {@code sched:sched_process_fork}, {@code
 * sched:sched_process_exit} and {@code cgroup:cgroup_attach_task}. None of them happens often
 * enough to be felt. A kernel that lacks one gives less to tell by.
 */
final class TaskEvents {
  private final Map<Integer, Decoder> byType = new HashMap<>();

  /** Reads a record of one event. */
  private interface Decoder {
    void read(TraceRecord record, TaskHistory history) throws Malformed;
  }

  private interface DecoderOf {
    Decoder of(EventFormat format) throws Malformed;
  }

  private TaskEvents() {}

  static TaskEvents enable(TraceInstance instance) throws IOException {
    TaskEvents events = new TaskEvents();
    events.enable(instance, "sched", "sched_process_fork", TaskEvents::fork);
    events.enable(instance, "sched", "sched_process_exit", TaskEvents::exit);
    events.enable(instance, "cgroup", "cgroup_attach_task", TaskEvents::attach);
    return events;
  }

  private void enable(TraceInstance instance, String system, String event, DecoderOf decoder)
      throws IOException {
    if (instance.has(system, event)) {
      EventFormat format = instance.format(system, event);
      byType.put(format.id(), decoder.of(format));
      instance.enable(system, event);
    }
  }

  private static Decoder fork(EventFormat format) throws Malformed {
    TraceField parent = format.required("parent_pid");
    TraceField child = format.required("child_pid");
    return (record, history) ->
        history.forked(record.nanos(), (int) parent.number(record), (int) child.number(record));
  }

  private static Decoder exit(EventFormat format) throws Malformed {
    TraceField pid = format.required("pid");
    TraceField comm = format.required("comm");
    return (record, history) ->
        history.ended(record.nanos(), (int) pid.number(record), comm.text(record));
  }

  /** One for each hierarchy of version 1; those that name no container say nothing. */
  private static Decoder attach(EventFormat format) throws Malformed {
    TraceField pid = format.required("pid");
    TraceField path = format.required("dst_path");
    return (record, history) -> {
      Optional<String> container =
          ContainerCgroup.of(KernelPath.of(path.text(record))).containerId();
      int tid = (int) pid.number(record);
      container.ifPresent(id -> history.attached(record.nanos(), tid, id));
    };
  }

  /** Passes over a record of another event. */
  void read(TraceRecord record, TaskHistory history) throws Malformed {
    Decoder decoder = byType.get(record.type());
    if (decoder != null) {
      decoder.read(record, history);
    }
  }
}
