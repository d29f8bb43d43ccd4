package io.bilgewatch.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.time.Duration;

/**
 * statx(2), the one call that a walk makes for each entry: by JNA at first, and through the JDK's
 * own linker where there are so many that it pays. JNA's own time is a tenth of the whole; the
 * linker takes none of that, but some 60 ms of CPU before its first call, and a megabyte for good.
 */
final class EntryStat {
  /** What JNA loses with so many calls, at 140 ns each, is what linking costs. */
  private static final int MANY = 400_000;

  /** An agent that reads some ten thousand files again each ten minutes does without. */
  private static final long WITHIN = Duration.ofMinutes(30).toNanos();

  // Not exact where threads count at once, which does not matter.
  private static int calls;
  private static long since = System.nanoTime();
  static boolean pays;

  private EntryStat() {}

  /** Addresses as in {@link Libc#statx}; 0 or an errno. */
  static int call(int directory, long path, int flags, int mask, long buffer) {
    if (!pays) {
      count();
      return byJna(directory, path, flags, mask, buffer);
    }
    return Linked.call(directory, path, flags, mask, buffer);
  }

  private static void count() {
    calls++;
    if (calls >= MANY) {
      long now = System.nanoTime();
      pays = now - since < WITHIN;
      calls = 0;
      since = now;
    }
  }

  private static int byJna(int directory, long path, int flags, int mask, long buffer) {
    return Libc.statx(directory, path, flags, mask, buffer) == 0 ? 0 : Errno.last();
  }

  /** Made when it is first asked for. */
  static final class Linked {
    private static final MethodHandle STATX = link();

    private Linked() {}

    static int call(int directory, long path, int flags, int mask, long buffer) {
      try {
        if ((int) STATX.invokeExact(directory, path, flags, mask, buffer) == 0) {
          return 0;
        }
      } catch (Throwable e) {
        throw new IllegalStateException("statx can't be called", e);
      }
      // Failures are rare, and to ask again is cheaper than to have errno kept at every call.
      return byJna(directory, path, flags, mask, buffer);
    }

    private static MethodHandle link() {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().find("statx").orElseThrow(),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
    }
  }
}
