package io.bilgewatch.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * statx(2) through the JDK's own linker. It is the one call that a walk makes for each entry, and
 * there JNA's own time would be a tenth of the whole.
 */
final class EntryStat {
  private static final MethodHandle STATX = link();

  private EntryStat() {}

  /** Addresses as in {@link Libc#statx}; 0 or an errno. */
  static int call(int directory, long path, int flags, int mask, long buffer) {
    try {
      if ((int) STATX.invokeExact(directory, path, flags, mask, buffer) == 0) {
        return 0;
      }
    } catch (Throwable e) {
      throw new IllegalStateException("statx can't be called", e);
    }
    // Failures are rare, and to ask again is cheaper than to have errno kept at every call.
    return Libc.statx(directory, path, flags, mask, buffer) == 0 ? 0 : Errno.last();
  }

  private static MethodHandle link() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().find("statx").orElseThrow(),
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
  }
}
