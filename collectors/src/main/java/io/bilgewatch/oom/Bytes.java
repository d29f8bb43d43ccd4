package io.bilgewatch.oom;

import io.bilgewatch.kernel.Limit;
import java.util.Optional;
import java.util.OptionalLong;

/** Kilobytes of the kernel's log as bytes. */
final class Bytes {
  /** "No limit" has several names, and none of them is below this. */
  private static final long NO_LIMIT_KILOBYTES = 1L << 52;

  private Bytes() {}

  /** Empty where there can't be so many. */
  static OptionalLong ofKilobytes(long kilobytes) {
    return kilobytes < NO_LIMIT_KILOBYTES
        ? OptionalLong.of(kilobytes * 1024)
        : OptionalLong.empty();
  }

  static OptionalLong ofKilobytes(OptionalLong kilobytes) {
    return kilobytes.isPresent() ? ofKilobytes(kilobytes.getAsLong()) : kilobytes;
  }

  static Optional<Limit> limit(long kilobytes) {
    OptionalLong bytes = ofKilobytes(kilobytes);
    return Optional.of(bytes.isPresent() ? Limit.bytes(bytes.getAsLong()) : Limit.unlimited());
  }
}
