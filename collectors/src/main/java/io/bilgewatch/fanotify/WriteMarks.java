package io.bilgewatch.fanotify;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.FanotifyGroup;
import io.bilgewatch.process.ContainerOfProcess;
import io.bilgewatch.process.ProcessOwner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One fanotify(7) group for all containers: says which of them wrote to its overlay, and to which
 * files. A hint, never the only reason to look: what changes without a write is not told, such as
 * truncate(2), a rename, a removed or linked file, a new directory, a changed mode, or a store into
 * a mapped file that stays open.
 *
 * <p>A container is armed, and then measured; never the other way round. What was told is not told
 * again until it is armed once more, which begins a new round. Where more is written than can be
 * named, or so fast that being watched would cost the writer too much, the mark is dropped until
 * then and all is to be looked at.
 *
 * <p>One thread polls, without a pause, since an event that nobody reads pins its overlay; any
 * threads arm and disarm. {@link #close} waits for a poll that is under way, so a poll should not
 * be long.
 */
public final class WriteMarks implements AutoCloseable {
  /**
   * How long the first event's reader waits for others: what is written at once is told at once,
   * and how fast a writer is can be seen by then. The file itself is ignored already.
   */
  static final Duration SETTLE = Duration.ofMillis(50);

  /** How long an event may wait meanwhile: no container is stopped and started again in less. */
  private static final Duration BREATH = Duration.ofMillis(3);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Of so many events each as the group hands out at a time: more than the kernel queues. */
  private static final int MOST_READS = 1024;

  private final HostRoot host;
  private final FanotifyGroup group;
  private final Owners owners;
  private final Duration settle;
  private final OptionalLong hostDevice;
  private final MarkedContainers containers = new MarkedContainers();
  private final Marks marks;
  private final Writers writers;
  private final WriteEvents events;
  private final ReentrantLock polling = new ReentrantLock();
  private final ReentrantLock state = new ReentrantLock();
  private boolean closed;

  WriteMarks(
      HostRoot host, FanotifyGroup group, Owners owners, WriterRates rates, Duration settle) {
    this.host = host;
    this.group = group;
    this.owners = owners;
    this.settle = settle;
    hostDevice = hostDevice(host);
    marks = new Marks(host, group, containers);
    writers = new Writers(rates, marks, System::nanoTime);
    events = new WriteEvents(host, group, containers, marks, owners, writers);
  }

  /**
   * Not permitted without CAP_SYS_ADMIN, unsupported in a kernel without fanotify; each with the
   * remedy in its detail.
   */
  public static Reading<WriteMarks> open(HostRoot host) {
    try {
      FanotifyGroup group = FanotifyGroup.open();
      Owners owners = Owners.byCgroup(new ContainerOfProcess(host));
      return Reading.of(new WriteMarks(host, group, owners, new WriterRates(host), SETTLE));
    } catch (ErrnoException e) {
      Reading.Cause cause = e.errno() == Errno.EINVAL ? Reading.Cause.UNSUPPORTED : e.cause();
      return Reading.missing(cause, e.getMessage() + remedy(e.errno()));
    }
  }

  private static String remedy(int errno) {
    return switch (errno) {
      case Errno.EPERM ->
          "; give it CAP_SYS_ADMIN in the host's user namespace, and a system call filter that has"
              + " fanotify_init";
      case Errno.ENOSYS -> "; the kernel is built without CONFIG_FANOTIFY";
      case Errno.EMFILE -> "; raise fs.fanotify.max_user_groups, or its own limit of open files";
      default -> "";
    };
  }

  /** A process of the host's own may be in a container's cgroup, and its root is no container's. */
  private static OptionalLong hostDevice(HostRoot host) {
    try (OverlayRoot root = OverlayRoot.open(host, 1)) {
      return OptionalLong.of(root.device());
    } catch (ErrnoException _) {
      return OptionalLong.empty();
    }
  }

  /**
   * From its return on, the next write in the container's overlay is told by {@link #poll}. Once
   * more for the same container begins a new round: a mark that was dropped is put back, and files
   * that were told are told again.
   *
   * @param pid a process of the container that has its root, such as its first
   * @return vanished where the process has gone, not applicable where its root is no overlay
   */
  public Reading<Armed> arm(String containerId, int pid) {
    if (!enter(state)) {
      return Reading.missing(Reading.Cause.STUCK, "fanotify: an event's file can't be opened");
    }
    try (OverlayRoot root = OverlayRoot.open(host, pid)) {
      Reading<Armed> armed =
          closed
              ? Reading.missing(Reading.Cause.FAILED, "fanotify: closed")
              : arm(containerId, pid, root);
      if (!armed.isPresent()) {
        forget(containerId);
      }
      return armed;
    } catch (ErrnoException e) {
      forget(containerId);
      return Reading.failed(e);
    } finally {
      state.unlock();
    }
  }

  /** A file's opening can sleep in the kernel for ever, and who arms must not. */
  private static boolean enter(ReentrantLock lock) {
    try {
      return lock.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Reading<Armed> arm(String containerId, int pid, OverlayRoot root) throws ErrnoException {
    if (!root.overlay() || hostDevice.equals(OptionalLong.of(root.device()))) {
      return Reading.notApplicable("process " + pid + ": its root is not an overlay of its own");
    }
    // Behind the opening: the number may have been another process's then, and not by now.
    ProcessOwner owner = owners.now(pid);
    if (!owner.equals(new ProcessOwner.OfContainer(containerId))) {
      return Reading.missing(Reading.Cause.VANISHED, "process " + pid + " is another's: " + owner);
    }
    MarkedContainer container =
        containers
            .byId(containerId)
            .filter(known -> known.isAt(pid, root) && containers.isLatest(known))
            .orElseGet(() -> newcomer(containerId, pid, root));
    writers.forget(container);
    marks.put(container, root);
    return Reading.of(new Armed(container.begin()));
  }

  private MarkedContainer newcomer(String containerId, int pid, OverlayRoot root) {
    forget(containerId);
    MarkedContainer container = new MarkedContainer(containerId, pid, root);
    containers.add(container);
    return container;
  }

  private void forget(String containerId) {
    if (!closed) {
      containers.byId(containerId).ifPresent(marks::remove);
    }
  }

  /** Ends what {@link #arm} began; for a container that is not armed, nothing happens. */
  public void disarm(String containerId) {
    if (enter(state)) {
      try {
        forget(containerId);
      } finally {
        state.unlock();
      }
    }
  }

  /**
   * Waits at most so long for the first write, and a moment more for others.
   *
   * @return what was written since, by container; empty where nothing was
   * @throws IOException where the kernel tells nothing any more: this is closed then, and
   *     everything is to be looked at for ever
   */
  public List<Written> poll(Duration most) throws IOException {
    polling.lock();
    try {
      if (isClosed()) {
        throw new IOException("fanotify: closed");
      }
      if (group.awaitReadable(most)) {
        settle();
      }
      return take();
    } catch (UncheckedIOException e) {
      close();
      throw e.getCause();
    } catch (IOException e) {
      close();
      throw e;
    } finally {
      polling.unlock();
    }
  }

  private void settle() throws IOException {
    events.beginTurn();
    drain();
    Duration judgement = writers.hasStrangers() ? WriterRates.LEAST.plusMillis(2) : Duration.ZERO;
    attend(judgement);
    judge();
    attend(settle.minus(judgement));
  }

  /** Lets the time pass; what is queued meanwhile may not wait for its end. */
  private void attend(Duration time) throws IOException {
    long end = System.nanoTime() + time.toNanos();
    for (Duration left = time; left.toMillis() > 0; left = until(end)) {
      if (group.awaitReadable(left)) {
        drain();
        LockSupport.parkNanos(BREATH.toNanos());
      }
    }
  }

  private static Duration until(long nanos) {
    return Duration.ofNanos(nanos - System.nanoTime());
  }

  private void judge() {
    state.lock();
    try {
      writers.judge();
    } finally {
      state.unlock();
    }
  }

  private boolean isClosed() {
    state.lock();
    try {
      return closed;
    } finally {
      state.unlock();
    }
  }

  private void drain() throws IOException {
    boolean more = true;
    for (int i = 0; i < MOST_READS && more; i++) {
      // One read at a time: who arms need not wait until a flood is over.
      state.lock();
      try {
        more = group.read(events);
      } finally {
        state.unlock();
      }
    }
  }

  private List<Written> take() {
    state.lock();
    try {
      writers.judge();
      return containers.all().stream()
          .filter(MarkedContainer::isPending)
          .map(MarkedContainer::take)
          .toList();
    } finally {
      state.unlock();
    }
  }

  /** Ends each {@link #poll} that waits, by any thread. */
  public void wake() {
    if (enter(state)) {
      try {
        if (!closed) {
          group.wake();
        }
      } catch (ErrnoException _) {
        // Then its patience ends the wait.
      } finally {
        state.unlock();
      }
    }
  }

  /** Waits for a poll that is under way; one that does not come back keeps what is open. */
  @Override
  public void close() {
    if (!enter(polling)) {
      return;
    }
    state.lock();
    try {
      if (!closed) {
        closed = true;
        group.close();
        events.close();
        owners.close();
      }
    } finally {
      state.unlock();
      polling.unlock();
    }
  }
}
