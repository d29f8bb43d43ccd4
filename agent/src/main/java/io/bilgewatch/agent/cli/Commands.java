package io.bilgewatch.agent.cli;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.top.TopOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

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

  /** The containers on a terminal, again and again, or as plain tables. */
  ExitCode top(Configuration configuration, Output output, TopOptions options) throws Exception;

  /** What a container wrote and where. */
  ExitCode writes(Configuration configuration, Output output, WritesRequest request)
      throws Exception;

  /**
   * How containers keep their contracts.
   *
   * @param contracts a file or a directory
   * @param container the one that is asked about; empty: all
   */
  ExitCode contractCheck(
      Configuration configuration, Output output, Path contracts, Optional<String> container)
      throws Exception;

  /** A contract as a container keeps it, or would. */
  ExitCode contractInit(Configuration configuration, PrintWriter out, String container)
      throws Exception;
}
