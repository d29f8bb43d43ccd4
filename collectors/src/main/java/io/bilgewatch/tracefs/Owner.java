package io.bilgewatch.tracefs;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.Malformed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose a thing in tracefs is: it outlives the process that made it, so its name says which one
 * that was, {@code bilgewatch_<pid>_<start>_<part>}, and a later agent removes what a dead one
 * left. The start tells a process from a later one with its number. Numbers are those of the
 * watched host's {@code /proc}, so that an agent in a container and one beside it understand each
 * other.
 */
record Owner(int pid, long startTicks) {
  private static final Pattern NAME =
      Pattern.compile("bilgewatch_([0-9]{1,9})_([0-9]{1,18})(?:_[a-z]{1,16})?");

  /**
   * Of {@code /proc/<pid>/stat}, counted from behind the name, which may hold blanks and brackets.
   */
  private static final int START_TICKS = 19;

  /** This process. */
  static Owner self(HostRoot host) throws IOException {
    int pid = Integer.parseInt(Files.readSymbolicLink(host.proc("self")).toString());
    return new Owner(pid, startTicks(host, pid));
  }

  /** Empty for a name that this program does not give. */
  static Optional<Owner> of(String name) {
    Matcher match = NAME.matcher(name);
    return match.matches()
        ? Optional.of(new Owner(Integer.parseInt(match.group(1)), Long.parseLong(match.group(2))))
        : Optional.empty();
  }

  /** The name of one of its things. */
  String nameOf(String part) {
    return group() + "_" + part;
  }

  /** The name of its group of events. */
  String group() {
    return "bilgewatch_" + pid + "_" + startTicks;
  }

  /** Whether the process has certainly ended; one that can't be looked at may be alive. */
  boolean isDead(HostRoot host) {
    try {
      return startTicks(host, pid) != startTicks;
    } catch (Malformed _) {
      return false;
    } catch (IOException e) {
      return KernelFile.isGone(e) && Files.exists(host.proc("self", "stat"));
    }
  }

  static long startTicks(HostRoot host, int pid) throws IOException {
    byte[] stat = KernelFile.read(host.process(pid, "stat"));
    String text = new String(stat, StandardCharsets.ISO_8859_1);
    String[] fields = text.substring(text.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length <= START_TICKS) {
      throw new Malformed("stat", 0, "20 fields behind the name", stat);
    }
    try {
      return Long.parseLong(fields[START_TICKS]);
    } catch (NumberFormatException e) {
      throw new Malformed("stat", "a start time", e);
    }
  }
}
