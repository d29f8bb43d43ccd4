package io.bilgewatch.process;

import io.bilgewatch.cgroup.CgroupMembership;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.BootClock;
import io.bilgewatch.libc.SmallFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * Whose a process is that can still be looked at, by {@code /proc/<pid>/cgroup}; a thread's id does
 * as well as a process's. Needs no capability. For several threads.
 *
 * <p>The kernel writes the paths as this program's own cgroup namespace has them, whatever the
 * process's own is: a container that has one of its own still shows the host's path here. Where
 * this program is in a container and in a cgroup namespace of that, the others' begin with {@code
 * /..}, and {@code /} is that container itself, for which no id can be had: unknown.
 */
public final class ContainerOfProcess implements AutoCloseable {
  /** How {@code /proc/self/ns/cgroup} reads in the first one: PROC_CGROUP_INIT_INO. */
  private static final String FIRST_NAMESPACE = "cgroup:[4026531835]";

  /**
   * How much later than an event a process may seem to have begun and still be its cause: the
   * kernel's log takes the time of the last timer tick, up to 10 ms ago, and cuts it to a
   * millisecond. To use up all pids within this takes longer.
   */
  static final Duration TOLERANCE = Duration.ofMillis(30);

  private final HostRoot host;
  private final boolean firstNamespace;
  private final SmallFile file = new SmallFile();
  private final BootClock clock = new BootClock();

  public ContainerOfProcess(HostRoot host) {
    this.host = host;
    this.firstNamespace = isFirst(host.proc("self", "ns", "cgroup"));
  }

  /** A kernel before 4.6 has no such namespaces. */
  private static boolean isFirst(Path namespace) {
    try {
      return Files.readSymbolicLink(namespace).toString().equals(FIRST_NAMESPACE);
    } catch (IOException _) {
      return true;
    }
  }

  /** Whose the process is that has the number now. */
  public synchronized ProcessOwner now(int pid) {
    try {
      CgroupMembership membership = membership(pid);
      boolean ending = membership.containerId().isEmpty() && stat(pid).isEnding();
      return ProcessOwner.of(membership, ending, firstNamespace);
    } catch (IOException e) {
      return unknown(e);
    }
  }

  /**
   * Whose the process is that had the number when something happened: one that began later is
   * another. Where the host's clock was set forward since then, all that began before seems later
   * and is unknown.
   */
  public synchronized ProcessOwner at(int pid, Instant event) {
    try {
      // In this order: who began before the event and is there now was there in between as well.
      CgroupMembership membership = membership(pid);
      ProcessStat stat = stat(pid);
      long ago = Duration.between(event, Instant.now()).toNanos();
      long eventSinceBoot = clock.nanos() - ago + TOLERANCE.toNanos();
      if (stat.startTicks() * ProcessIdentity.NANOS_A_TICK > eventSinceBoot) {
        return new ProcessOwner.Unknown("the process number was given to another one since");
      }
      return ProcessOwner.of(membership, stat.isEnding(), firstNamespace);
    } catch (IOException e) {
      return unknown(e);
    } catch (ArithmeticException _) {
      return new ProcessOwner.Unknown("the event's time is none");
    }
  }

  private CgroupMembership membership(int pid) throws IOException {
    return CgroupMembership.parse(read(pid, "cgroup"));
  }

  private ProcessStat stat(int pid) throws IOException {
    return ProcessStat.parse(read(pid, "stat"));
  }

  private byte[] read(int pid, String name) throws IOException {
    return file.read(KernelPath.of(host.process(pid, name).toString()));
  }

  private static ProcessOwner unknown(IOException e) {
    return KernelFile.isGone(e)
        ? new ProcessOwner.Unknown("ended before it could be looked at")
        : new ProcessOwner.Unknown(((Reading.Missing<?>) Reading.failed(e)).detail());
  }

  @Override
  public synchronized void close() {
    file.close();
    clock.close();
  }
}
