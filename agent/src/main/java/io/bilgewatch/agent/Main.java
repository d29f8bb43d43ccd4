package io.bilgewatch.agent;

import io.bilgewatch.agent.cli.CommandLineInterface;
import io.bilgewatch.agent.cli.Commands;
import io.bilgewatch.agent.cli.ExitCode;
import io.bilgewatch.agent.cli.Output;
import io.bilgewatch.agent.config.Configuration;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The program. */
public final class Main {
  private Main() {}

  /** Ends the process with the command's exit code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    String version =
        Optional.ofNullable(Main.class.getPackage().getImplementationVersion()).orElse("unpacked");
    System.exit(new CommandLineInterface(new NotBuilt(), version, out, err).run(arguments));
  }

  /** Until the daemon is put together, its commands say so and end with exit code 3. */
  private static final class NotBuilt implements Commands {
    @Override
    public ExitCode serve(Configuration configuration) {
      throw notBuilt();
    }

    @Override
    public ExitCode diagnose(Configuration configuration, Output output) {
      throw notBuilt();
    }

    @Override
    public ExitCode containers(Configuration configuration, Output output) {
      throw notBuilt();
    }

    private static UnsupportedOperationException notBuilt() {
      return new UnsupportedOperationException("this command is not built yet");
    }
  }
}
