package io.bilgewatch.kernellog;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Where the kernel's log is read from. For one thread. */
public interface KernelLogSource extends AutoCloseable {

  /** As metrics name it: {@code kmsg} or {@code audit}. */
  String name();

  /**
   * The next item, which is waited for no longer than this.
   *
   * @throws IOException where the source can't be read now; it may be asked again
   */
  Optional<KernelLogItem> next(Duration patience) throws IOException;

  @Override
  void close();
}
