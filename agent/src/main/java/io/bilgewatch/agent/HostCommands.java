package io.bilgewatch.agent;

import io.bilgewatch.agent.cli.Commands;
import io.bilgewatch.agent.cli.ExitCode;
import io.bilgewatch.agent.cli.Output;
import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.diagnose.Diagnosis;
import io.bilgewatch.agent.diagnose.Finding;
import io.bilgewatch.agent.render.ContainersJson;
import io.bilgewatch.agent.render.ContainersTable;
import io.bilgewatch.agent.render.FindingsText;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.watch.HostWatch;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
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
    config.notices().forEach(notice -> LOG.warn("configuration: {}", notice));
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
      if (view.dataRoots().values().stream().noneMatch(Reading::isPresent)) {
        throw new IOException(unreadable(view));
      }
      output
          .out()
          .println(
              output.format() == Output.Format.JSON
                  ? ContainersJson.all(view)
                  : ContainersTable.of(view).stripTrailing());
      return ExitCode.FINE;
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
