package io.bilgewatch.tracefs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Event probes that tell the file's name of a system call (Documentation/trace/eprobetrace.rst,
 * Linux 5.15; newer kernels can be built without them, CONFIG_EPROBE_EVENTS), one line each in
 * {@code dynamic_events}:
 *
 * <pre>
 * e:bilgewatch_413_5512/openat syscalls.sys_enter_openat fn=+0($filename):ustring fl=$flags:u32
 * </pre>
 *
 * <p>They belong to all instances, and outlive their maker as instances do: the group's name says
 * whose they are. A name in memory that the program has not touched yet reads as {@code (fault)}.
 */
final class NameProbes {
  static final String PATH = "fn";
  static final String FLAGS = "fl";

  /** What a text that could not be read looks like. */
  static final String FAULT = "(fault)";

  /** What the kernel calls the argument that names what is written, the likeliest first. */
  private static final List<String> PATH_FIELDS =
      List.of("newname", "pathname", "filename", "path");

  private NameProbes() {}

  /** Whether the probe was made: false where the kernel has no such probes or the call no path. */
  static boolean make(Tracefs tracefs, String group, WriteCall call, EventFormat enter) {
    Optional<String> path = PATH_FIELDS.stream().filter(enter.fields()::containsKey).findFirst();
    if (path.isEmpty()) {
      return false;
    }
    String probe =
        "e:%s/%s syscalls.%s %s=+0($%s):ustring"
            .formatted(group, call.name(), call.enterEvent(), PATH, path.get());
    String flags = call.kind() == WriteCall.Kind.OPEN ? flags(enter) : "";
    Path events = tracefs.file("dynamic_events");
    return Tracefs.tryWrite(events, probe + flags)
        || (!flags.isEmpty() && Tracefs.tryWrite(events, probe));
  }

  /** openat2(2) has them in a structure of the caller, as its first 8 bytes. */
  private static String flags(EventFormat enter) {
    if (enter.field("flags").isPresent()) {
      return " " + FLAGS + "=$flags:u32";
    }
    return enter.field("how").isPresent() ? " " + FLAGS + "=+u0($how):u64" : "";
  }

  /**
   * Removes the probes of groups of a kind.
   *
   * @return their names
   */
  static List<String> remove(Tracefs tracefs, Predicate<String> groups) throws IOException {
    List<String> removed = new ArrayList<>();
    for (String line : Tracefs.read(tracefs.file("dynamic_events")).split("\n", -1)) {
      int colon = line.indexOf(':');
      int slash = line.indexOf('/', colon + 1);
      int blank = line.indexOf(' ', slash + 1);
      if (line.startsWith("e") && colon > 0 && slash > 0 && blank > 0) {
        String name = line.substring(colon + 1, blank);
        if (groups.test(line.substring(colon + 1, slash))
            && Tracefs.tryWrite(tracefs.file("dynamic_events"), "-:" + name)) {
          removed.add(name);
        }
      }
    }
    return removed;
  }
}
