package io.bilgewatch.fanotify;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.libc.SmallFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Which processes make so many write calls that even an ignored one would cost them too much, by
 * {@code /proc/<pid>/io} (proc_pid_io(5)). Not for several threads.
 *
 * <pre>
 * rchar: 323934931
 * wchar: 323929600
 * syscr: 632687
 * syscw: 632675       write(2) and its kin, of all threads
 * </pre>
 */
final class WriterRates implements AutoCloseable {
  /** Nearly all writers stay below by far; an ignored call costs 230 ns: docs/benchmarks.md. */
  static final long FAST_CALLS_A_SECOND = 100_000;

  private static final byte[] CALLS = "syscw: ".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_WRITERS = 256;

  /** In less, one call more or less would be a verdict. */
  static final Duration LEAST = Duration.ofMillis(10);

  /** Reads the text of a process's {@code io} file. */
  @FunctionalInterface
  interface Source {
    byte[] read(int pid) throws IOException;
  }

  private record Sample(long nanos, long calls, boolean fast) {}

  private final Source source;
  private final LongSupplier clock;
  private final SmallFile file = new SmallFile();
  private final Map<Integer, Sample> samples =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Sample> eldest) {
          return size() > MOST_WRITERS;
        }
      };

  WriterRates(HostRoot host) {
    this.source = pid -> read(host, pid);
    this.clock = System::nanoTime;
  }

  WriterRates(Source source, LongSupplier clock) {
    this.source = source;
    this.clock = clock;
  }

  private byte[] read(HostRoot host, int pid) throws IOException {
    return file.read(KernelPath.of(host.process(pid, "io").toString()));
  }

  /** Whether the process was looked at before. */
  boolean isKnown(int pid) {
    return samples.containsKey(pid);
  }

  /**
   * Whether it was fast since it was looked at before; false at the first time, and where nothing
   * can be known.
   */
  boolean isFast(int pid) {
    Sample before = samples.get(pid);
    long now = clock.getAsLong();
    if (before != null && now - before.nanos < LEAST.toNanos()) {
      return before.fast;
    }
    OptionalLong calls = calls(pid);
    if (calls.isEmpty()) {
      samples.remove(pid);
      return false;
    }
    Sample sample = new Sample(now, calls.getAsLong(), isFast(before, now, calls.getAsLong()));
    samples.put(pid, sample);
    return sample.fast;
  }

  /** Fewer calls than before are another process's. */
  private static boolean isFast(Sample before, long now, long calls) {
    return before != null
        && (calls - before.calls) * 1e9 > FAST_CALLS_A_SECOND * (double) (now - before.nanos);
  }

  private OptionalLong calls(int pid) {
    try {
      return OptionalLong.of(calls(source.read(pid)));
    } catch (IOException _) {
      // It has ended, mostly; or the kernel does not count.
      return OptionalLong.empty();
    }
  }

  static long calls(byte[] text) throws Malformed {
    int from = 0;
    while (from < text.length) {
      int to = from;
      while (to < text.length && text[to] != '\n') {
        to++;
      }
      int digits = from + CALLS.length;
      if (digits < to && Arrays.equals(text, from, digits, CALLS, 0, CALLS.length)) {
        return number(text, digits, to);
      }
      from = to + 1;
    }
    throw new Malformed("io", 0, "syscw", text);
  }

  private static long number(byte[] text, int from, int to) throws Malformed {
    try {
      return Long.parseLong(new String(text, from, to - from, StandardCharsets.US_ASCII));
    } catch (NumberFormatException _) {
      throw new Malformed("io", from, "a count", text);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
