package io.bilgewatch.agent.config;

/** Where the kernel is asked for writes that failed. */
public enum KernelWriteFailures {
  OFF,
  /** Filtered system call events: about 50 ns on each system call of the host. */
  TRACEFS
}
