package io.bilgewatch.agent;

import io.bilgewatch.agent.cli.Commands;
import io.bilgewatch.agent.cli.ExitCode;
import io.bilgewatch.agent.cli.Output;
import io.bilgewatch.agent.cli.WritesRequest;
import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.config.Problem;
import io.bilgewatch.agent.contract.Contract;
import io.bilgewatch.agent.contract.ContractCheck;
import io.bilgewatch.agent.contract.ContractFolder;
import io.bilgewatch.agent.diagnose.Diagnosis;
import io.bilgewatch.agent.diagnose.Finding;
import io.bilgewatch.agent.proposal.Writes;
import io.bilgewatch.agent.render.ContainersJson;
import io.bilgewatch.agent.render.ContainersTable;
import io.bilgewatch.agent.render.ContractTable;
import io.bilgewatch.agent.render.ContractsJson;
import io.bilgewatch.agent.render.FindingsText;
import io.bilgewatch.agent.render.WritesJson;
import io.bilgewatch.agent.render.WritesTable;
import io.bilgewatch.agent.text.Visible;
import io.bilgewatch.agent.top.TopOptions;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.watch.HostWatch;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the commands do on a real host. */
final class HostCommands implements Commands {
  private static final Logger LOG = LoggerFactory.getLogger(HostCommands.class);

  @Override
  public ExitCode serve(Configuration config)
      throws IOException, InterruptedException, ConfigurationException {
    LOG.info("bilgewatch {} on Java {}", Build.INFO.version(), Build.INFO.java());
    config.describe().forEach(setting -> LOG.info("configuration: {}", setting));
    try (StopSignal signal = StopSignal.install()) {
      try (Agent agent = Agent.start(config)) {
        Optional<ServiceManager> manager =
            ServiceManager.start(System.getenv(), ProcessHandle.current().pid(), agent::trouble);
        signal.await();
        manager.ifPresent(ServiceManager::close);
      }
      LOG.info("stopped");
      return ExitCode.FINE;
    }
  }

  @Override
  public ExitCode diagnose(Configuration config, Output output) {
    List<Finding> findings = new Diagnosis(config).findings();
    output
        .out()
        .println(
            output.format() == Output.Format.JSON
                ? FindingsText.json(findings)
                : FindingsText.table(findings).stripTrailing());
    return findings.stream().allMatch(finding -> finding.level() == Finding.Level.OK)
        ? ExitCode.FINE
        : ExitCode.BAD_NEWS;
  }

  @Override
  public ExitCode containers(Configuration config, Output output) throws IOException {
    try (HostWatch watch = new HostWatch(config, InstantSource.system())) {
      HostView view = watch.once();
      checkReadable(view);
      output
          .out()
          .println(
              output.format() == Output.Format.JSON
                  ? ContainersJson.all(view)
                  : ContainersTable.of(view).stripTrailing());
      return ExitCode.FINE;
    }
  }

  @Override
  public ExitCode top(Configuration config, Output output, TopOptions options)
      throws IOException, InterruptedException {
    return new HostTop(config, output, options).run();
  }

  @Override
  public ExitCode writes(Configuration config, Output output, WritesRequest request)
      throws IOException {
    try (HostWatch watch = new HostWatch(config, InstantSource.system())) {
      HostView view = watch.onceWithoutLayers();
      checkReadable(view);
      ContainerView container = named(request.container(), view);
      if (request.watch()) {
        return new WritesLive(output, container).watch(watch.live(container), request.time());
      }
      Optional<Instant> since = request.since().map(view.at()::minus);
      Writes writes = watch.writes(container, new WalkProgress(System.err));
      Writes all = writes.with(watch.volumes(container, since, new WalkProgress(System.err)));
      return print(container, all, since, output, view.at());
    }
  }

  private static ExitCode print(
      ContainerView container, Writes all, Optional<Instant> since, Output output, Instant now) {
    Writes writes = since.map(all::since).orElse(all);
    output
        .out()
        .println(
            output.format() == Output.Format.JSON
                ? WritesJson.of(container, writes, now)
                : WritesTable.of(container, writes, now).stripTrailing());
    return all.layer().isPresent() ? ExitCode.FINE : ExitCode.UNKNOWN;
  }

  @Override
  public ExitCode contractCheck(
      Configuration config, Output output, Path place, Optional<String> name)
      throws IOException, ConfigurationException {
    List<Contract> contracts = ContractFolder.read(place);
    if (contracts.isEmpty()) {
      String what = "there is no contract in it: no file whose name ends in .yml";
      throw new ConfigurationException(List.of(new Problem(place.toString(), what)));
    }
    try (HostWatch watch = new HostWatch(config, InstantSource.system())) {
      HostView view = watch.onceWithoutLayers();
      checkReadable(view);
      List<ContainerView> asked =
          name.isEmpty() ? view.containers() : List.of(named(name.get(), view));
      boolean regardless = name.isPresent() && !Files.isDirectory(place);
      ContractCheck check = ContractCommands.of(watch).check(contracts, asked, regardless);
      output
          .out()
          .println(
              output.format() == Output.Format.JSON
                  ? ContractsJson.of(check)
                  : ContractTable.of(check).stripTrailing());
      return switch (check.worst(name.isPresent())) {
        case KEPT -> ExitCode.FINE;
        case VIOLATED -> ExitCode.BAD_NEWS;
        case UNKNOWN, NOT_RUNNING -> ExitCode.UNKNOWN;
      };
    }
  }

  @Override
  public ExitCode contractInit(Configuration config, PrintWriter out, String name)
      throws IOException {
    try (HostWatch watch = new HostWatch(config, InstantSource.system())) {
      HostView view = watch.onceWithoutLayers();
      checkReadable(view);
      out.print(ContractCommands.of(watch).init(named(name, view)));
      return ExitCode.FINE;
    }
  }

  private static ContainerView named(String name, HostView view) throws IOException {
    return view.container(name).orElseThrow(() -> new IOException(noSuch(name, view)));
  }

  private static String noSuch(String name, HostView view) {
    List<String> names = view.containers().stream().map(ContainerView::name).sorted().toList();
    return "no container is called %s, and none alone has such an id; %s"
        .formatted(
            Visible.of(name),
            names.isEmpty()
                ? "there are no containers"
                : "there are " + Visible.of(String.join(", ", names)));
  }

  /**
   * @throws IOException where no data root could be read; the message says why
   */
  static void checkReadable(HostView view) throws IOException {
    if (view.dataRoots().values().stream().noneMatch(Reading::isPresent)) {
      throw new IOException(unreadable(view));
    }
  }

  private static String unreadable(HostView view) {
    StringBuilder text = new StringBuilder("no data root can be read");
    view.dataRoots()
        .forEach((root, reading) -> {
          if (reading instanceof Reading.Missing<Integer>(_, String detail)) {
            text.append("; ").append(root).append(": ").append(detail);
          }
        });
    return text.append("; bilgewatch diagnose tells the remedy").toString();
  }
}
