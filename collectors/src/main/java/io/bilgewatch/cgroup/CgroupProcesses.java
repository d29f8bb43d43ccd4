package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.libc.Directory;
import io.bilgewatch.libc.DirectoryOpener;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.SmallFile;
import io.bilgewatch.libc.StatxBuffer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The processes of a cgroup and of those below it, by {@code cgroup.procs} (cgroups(7)): a number a
 * line, in the reader's pid namespace, and 0 for a process that is not in that. Not for several
 * threads.
 */
public final class CgroupProcesses implements AutoCloseable {
  /** A container can make cgroups of its own; an engine within one makes a few for each. */
  static final int MOST_CGROUPS = 1024;

  private static final KernelPath PROCS = KernelPath.of("cgroup.procs");
  private static final String SOURCE = "cgroup.procs";

  private final DirectoryOpener opener = new DirectoryOpener();
  private final Directory directory = new Directory();
  private final StatxBuffer stat = new StatxBuffer();
  private final SmallFile file = new SmallFile();

  /**
   * Each process once, whichever of its threads is where.
   *
   * @throws IOException where there are too many cgroups or too many processes, or one of the
   *     processes has no number here
   */
  public Set<Integer> of(KernelPath cgroup) throws IOException {
    Set<Integer> processes = new LinkedHashSet<>();
    Deque<KernelPath> waiting = new ArrayDeque<>();
    waiting.add(cgroup);
    for (int seen = 0; !waiting.isEmpty(); seen++) {
      if (seen == MOST_CGROUPS) {
        throw new IOException(cgroup + ": more than " + MOST_CGROUPS + " cgroups");
      }
      KernelPath next = waiting.remove();
      try {
        addMembers(processes, next);
        addChildren(waiting, next);
      } catch (ErrnoException e) {
        // One that is gone is no loss, unless it is the container's.
        if (next.equals(cgroup) || !isGone(e.errno())) {
          throw e;
        }
      }
    }
    return processes;
  }

  /** ENODEV is a cgroup of version 2 that is being removed. */
  private static boolean isGone(int errno) {
    return errno == Errno.ENOENT || errno == Errno.ENODEV;
  }

  private void addMembers(Set<Integer> processes, KernelPath cgroup) throws IOException {
    try {
      parse(file.read(cgroup.resolve(PROCS)), processes);
    } catch (ErrnoException e) {
      // A threaded cgroup: its processes are listed above it (cgroup-v2.rst of the kernel).
      if (e.errno() != Errno.EOPNOTSUPP) {
        throw e;
      }
    }
  }

  private void addChildren(Deque<KernelPath> waiting, KernelPath cgroup) throws ErrnoException {
    directory.adopt(opener.open(cgroup));
    // A directory of cgroups has a link for each below it, and two more: most have none.
    if (stat.descriptor(directory.descriptor()) == 0 && stat.links() == 2) {
      directory.closeDescriptor();
      return;
    }
    int answer = directory.advance();
    for (; answer > 0; answer = directory.advance()) {
      if (directory.type() == Directory.DT_DIR && waiting.size() <= MOST_CGROUPS) {
        byte[] name = new byte[directory.nameLength()];
        directory.copyName(name, 0, name.length);
        waiting.add(cgroup.resolve(KernelPath.of(name)));
      }
    }
    directory.closeDescriptor();
  }

  static void parse(byte[] text, Set<Integer> into) throws IOException {
    int number = 0;
    int digits = 0;
    for (int i = 0; i < text.length; i++) {
      int digit = text[i] - '0';
      if (digit >= 0 && digit <= 9 && digits < 9) {
        number = number * 10 + digit;
        digits++;
      } else if (text[i] == '\n' && digits > 0) {
        into.add(known(number));
        number = 0;
        digits = 0;
      } else {
        throw new Malformed(SOURCE, i, "a process number and a line's end", text);
      }
    }
    if (digits > 0) {
      into.add(known(number));
    }
  }

  private static int known(int number) throws IOException {
    if (number == 0) {
      throw new IOException(
          "a process of the container has no number here: share the host's pid namespace"
              + " (--pid=host)");
    }
    return number;
  }

  @Override
  public void close() {
    directory.close();
    opener.close();
    stat.close();
    file.close();
  }
}
