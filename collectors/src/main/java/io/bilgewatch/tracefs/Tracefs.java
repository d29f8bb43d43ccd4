package io.bilgewatch.tracefs;

import io.bilgewatch.kernel.Caused;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The mounted tracefs, and what dead agents left in it. */
final class Tracefs {
  private final HostRoot host;
  private final int pageBytes;

  /** A tracefs that this kernel or this process does not have. */
  static final class Unavailable extends IOException implements Caused {
    private static final long serialVersionUID = 1L;
    private final Reading.Cause cause;

    Unavailable(Reading.Cause cause, String detail) {
      super(detail);
      this.cause = cause;
    }

    @Override
    public Reading.Cause cause() {
      return cause;
    }
  }

  private Tracefs(HostRoot host, int pageBytes) {
    this.host = host;
    this.pageBytes = pageBytes;
  }

  /**
   * @throws Unavailable with what is missing, and where known with what to do about it
   */
  static Tracefs of(HostRoot host) throws IOException {
    Path directory = host.tracefs();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      if (!entries.iterator().hasNext()) {
        throw new Unavailable(
            Reading.Cause.UNSUPPORTED,
            directory + ": no tracefs is mounted; mount -t tracefs tracefs " + directory);
      }
    } catch (AccessDeniedException e) {
      throw new Unavailable(
          Reading.Cause.NOT_PERMITTED, directory + ": needs CAP_DAC_OVERRIDE, and no lockdown");
    } catch (NoSuchFileException e) {
      throw new Unavailable(Reading.Cause.UNSUPPORTED, directory + ": this kernel has no tracefs");
    }
    if (!Files.isDirectory(directory.resolve("events").resolve("syscalls"))) {
      throw new Unavailable(
          Reading.Cause.UNSUPPORTED,
          directory + ": no events of system calls (a kernel without CONFIG_FTRACE_SYSCALLS)");
    }
    return new Tracefs(
        host, RingPage.sizeOf(KernelFile.read(host.tracefs("events", "header_page"))));
  }

  HostRoot host() {
    return host;
  }

  /** How large a page of a ring buffer is. */
  int pageBytes() {
    return pageBytes;
  }

  Path file(String... names) {
    return host.tracefs(names);
  }

  /**
   * Removes the instances and events of agents that have ended; what can't be removed is left, for
   * instance because somebody reads it.
   *
   * @return what was removed
   */
  List<String> removeStale() throws IOException {
    List<String> removed = new ArrayList<>();
    try (DirectoryStream<Path> instances = Files.newDirectoryStream(file("instances"))) {
      for (Path instance : instances) {
        String name = String.valueOf(instance.getFileName());
        if (isStale(name) && TraceInstance.tryRemove(instance)) {
          removed.add(name);
        }
      }
    }
    if (Files.exists(file("dynamic_events"))) {
      removed.addAll(NameProbes.remove(this, this::isStale));
    }
    return removed;
  }

  private boolean isStale(String name) {
    return Owner.of(name).map(owner -> owner.isDead(host)).orElse(false);
  }

  /** Reads a file of a few lines. */
  static String read(Path file) throws IOException {
    return new String(KernelFile.read(file), StandardCharsets.ISO_8859_1);
  }

  /**
   * Writes a control file with one write(2). Never with O_TRUNC, which to {@code dynamic_events}
   * means to remove every program's events.
   */
  static void write(Path file, String text) throws IOException {
    Files.write(file, text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
  }

  /** As above, where it may be that the kernel does not have the file or not the value. */
  static boolean tryWrite(Path file, String text) {
    try {
      write(file, text);
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
