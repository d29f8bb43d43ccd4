package io.bilgewatch.fanotify;

import io.bilgewatch.process.ContainerOfProcess;
import io.bilgewatch.process.ProcessOwner;

/** Whose a process is. */
@FunctionalInterface
interface Owners extends AutoCloseable {
  ProcessOwner now(int pid);

  @Override
  default void close() {}

  /** By its control groups. */
  static Owners byCgroup(ContainerOfProcess source) {
    return new Owners() {
      @Override
      public ProcessOwner now(int pid) {
        return source.now(pid);
      }

      @Override
      public void close() {
        source.close();
      }
    };
  }
}
