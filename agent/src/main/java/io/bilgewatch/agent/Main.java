package io.bilgewatch.agent;

import io.bilgewatch.agent.cli.CommandLineInterface;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The program. */
public final class Main {
  private Main() {}

  /** Ends the process with the command's exit code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    CommandLineInterface line =
        new CommandLineInterface(new HostCommands(), Build.INFO.version(), out, err);
    System.exit(line.run(arguments));
  }
}
