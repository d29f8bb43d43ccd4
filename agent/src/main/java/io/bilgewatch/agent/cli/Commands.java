package io.bilgewatch.agent.cli;

import io.bilgewatch.agent.config.Configuration;

/**
 * What the commands do, once usage and configuration are known to be right. An exception ends in
 * exit code 3 and one line.
 */
public interface Commands {

  /** The daemon; returns when it was told to stop. */
  ExitCode serve(Configuration configuration) throws Exception;

  /** What can be read on this host, and what would help where it can't. */
  ExitCode diagnose(Configuration configuration, Output output) throws Exception;

  /** The containers with their figures. */
  ExitCode containers(Configuration configuration, Output output) throws Exception;
}
