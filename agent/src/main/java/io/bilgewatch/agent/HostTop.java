package io.bilgewatch.agent;

import io.bilgewatch.agent.cli.ExitCode;
import io.bilgewatch.agent.cli.Output;
import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.contract.ContractFolder;
import io.bilgewatch.agent.logging.Logging;
import io.bilgewatch.agent.render.ContainersJson;
import io.bilgewatch.agent.top.Live;
import io.bilgewatch.agent.top.Look;
import io.bilgewatch.agent.top.PlainTable;
import io.bilgewatch.agent.top.TopOptions;
import io.bilgewatch.agent.view.Contracts;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.watch.HostWatch;
import io.bilgewatch.kernel.HostName;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code top} on a real host: live on a terminal, and plain tables elsewhere. */
final class HostTop {
  private static final int STANDARD_OUTPUT = 1;

  /** A layer that changed is read again so soon, where the walks' share of a CPU allows it. */
  private static final Duration SOONEST = Duration.ofSeconds(1);

  /** The same for one that did not. */
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  /** So long a table waits for layers that were not measured yet. */
  private static final Duration MEASURING = Duration.ofSeconds(30);

  private static final Duration LOOK = Duration.ofMillis(100);

  private final Configuration config;
  private final Output output;
  private final TopOptions options;

  HostTop(Configuration config, Output output, TopOptions options) {
    this.config = config;
    this.output = output;
    this.options = options;
  }

  ExitCode run() throws IOException, InterruptedException {
    Look look = Look.of(System.getenv());
    boolean plain =
        output.format() == Output.Format.JSON
            || options.iterations() > 0
            || !look.movable()
            || !Terminal.isTerminal(STANDARD_OUTPUT);
    Optional<Terminal> terminal = plain ? Optional.empty() : terminal();
    if (terminal.isPresent()) {
      return live(terminal.get(), look);
    }
    return options.iterations() > 1 ? several() : once();
  }

  /** Empty where standard output is one, and this process does not belong to it. */
  private static Optional<Terminal> terminal() {
    try {
      return Optional.of(Terminal.open());
    } catch (ErrnoException _) {
      return Optional.empty();
    }
  }

  private ExitCode live(Terminal terminal, Look look) throws IOException, InterruptedException {
    Logging.silence();
    String name = HostName.of(new HostRoot(config.host().root())).orElse("");
    try (terminal;
        HostWatch watch = watch()) {
      watch.startReading();
      Live.run(terminal, look, name, watch::latest, options);
    }
    return ExitCode.FINE;
  }

  private HostWatch watch() {
    return new HostWatch(config.forLookingOn(INTERVAL, SOONEST), InstantSource.system());
  }

  /** Every layer is measured for it, as by {@code containers}. */
  private ExitCode once() throws IOException {
    PlainTable table = new PlainTable(options);
    try (HostWatch watch = new HostWatch(config, InstantSource.system())) {
      HostView view = table.wanted(watch.once());
      Optional<Path> directory = config.contracts().directory();
      print(
          directory.isPresent() ? view.with(contracts(directory.get(), view, watch)) : view, table);
      return ExitCode.FINE;
    }
  }

  /** As {@code contract check} says it; what is wrong with a contract goes to standard error. */
  private static Contracts contracts(Path directory, HostView view, HostWatch watch) {
    ContractFolder.Found found = new ContractFolder(directory).look();
    found.problems().forEach(System.err::println);
    Map<String, List<Verdict>> verdicts = new HashMap<>();
    ContractCommands.of(watch)
        .check(found.contracts(), view.containers(), false)
        .checked()
        .forEach(one -> verdicts.put(one.id(), one.verdicts()));
    return new Contracts(true, verdicts);
  }

  private ExitCode several() throws IOException, InterruptedException {
    try (HostWatch watch = watch()) {
      PlainTable table = new PlainTable(options);
      watch.startReading();
      awaitMeasured(watch);
      for (int i = 0; i < options.iterations(); i++) {
        if (i > 0) {
          output.out().println();
          Thread.sleep(options.interval());
        }
        print(watch.latest().orElseThrow(() -> new IOException("the host is not read")), table);
        if (output.out().checkError()) {
          break;
        }
      }
      return ExitCode.FINE;
    }
  }

  private static void awaitMeasured(HostWatch watch) throws InterruptedException {
    long until = System.nanoTime() + MEASURING.toNanos();
    while (System.nanoTime() < until && watch.latest().map(PlainTable::isMeasuring).orElse(true)) {
      Thread.sleep(LOOK);
    }
  }

  private void print(HostView view, PlainTable table) throws IOException {
    HostCommands.checkReadable(view);
    output
        .out()
        .println(
            output.format() == Output.Format.JSON
                ? ContainersJson.all(table.wanted(view))
                : table.of(view).stripTrailing());
  }
}
