package io.bilgewatch.agent.diagnose;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.watch.HostWatch;
import io.bilgewatch.docker.DataRoots;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.kernel.Reading.Missing;
import io.bilgewatch.process.ProcessPosture;
import io.bilgewatch.process.ProcessPostureReader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Looks at what this host lets this process read: privileges, data roots, and one real pass. */
public final class Diagnosis {
  private static final String RUN_AS_ROOT = "run it as root, or give it this capability";
  private static final int INIT = 1;

  private final Configuration config;
  private final HostRoot host;

  public Diagnosis(Configuration config) {
    this.config = config;
    this.host = new HostRoot(config.host().root());
  }

  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>(capabilities());
    DataRoots.Found roots = new DataRoots(host, config.docker().dataRoots()).find();
    findings.addAll(dataRoots(roots));
    findings.addAll(new EventSources(host).findings());
    try (HostWatch watch = new HostWatch(config, InstantSource.system())) {
      HostView view = watch.once();
      findings.addAll(rootContents(view));
      findings.addAll(collectors(view));
      findings.addAll(containers(view));
    }
    return findings;
  }

  private List<Finding> capabilities() {
    Reading<ProcessPosture> own =
        new ProcessPostureReader(HostRoot.LIVE).read((int) ProcessHandle.current().pid());
    return switch (own) {
      case Missing<ProcessPosture>(_, String detail) ->
          List.of(Finding.limited("privileges", detail, "mount /proc"));
      case Reading.Present<ProcessPosture>(ProcessPosture posture) ->
          java.util.Arrays.stream(Need.values())
              .map(need -> need.judge(posture.effectiveCapabilities()))
              .toList();
    };
  }

  /** The capabilities that the readings need; the numbers are those of linux/capability.h. */
  private enum Need {
    CAP_DAC_READ_SEARCH(2, Finding.Level.BAD, "Docker's state files and the layers"),
    CAP_SYS_PTRACE(19, Finding.Level.LIMITED, "tmpfs and deleted open files of containers"),
    CAP_SYS_ADMIN(
        21, Finding.Level.LIMITED, "created apart from modified files, quotas, and write events"),
    CAP_SYSLOG(34, Finding.Level.LIMITED, "the kernel's log"),
    CAP_AUDIT_READ(37, Finding.Level.LIMITED, "audit records by netlink"),
    CAP_NET_ADMIN(12, Finding.Level.LIMITED, "fork events before Linux 6.6, and room for bursts");

    private final int bit;
    private final Finding.Level without;
    private final String opens;

    Need(int bit, Finding.Level without, String opens) {
      this.bit = bit;
      this.without = without;
      this.opens = opens;
    }

    Finding judge(long effective) {
      return (effective >>> bit & 1) == 1
          ? Finding.ok(name(), "opens " + opens)
          : new Finding(without, name(), "not had: closes " + opens, RUN_AS_ROOT);
    }
  }

  private List<Finding> dataRoots(DataRoots.Found found) {
    List<Finding> findings = new ArrayList<>();
    found
        .roots()
        .forEach(root -> findings.add(Finding.ok("data root " + root.path(), root.source())));
    found
        .problems()
        .forEach(problem ->
            findings.add(
                Finding.limited("engine", problem, "name its data root with --docker.data-root")));
    if (!java.nio.file.Files.isDirectory(host.process(INIT))) {
      findings.add(
          Finding.bad(
              "process table",
              "the host's first process is not there",
              "share the host's pid namespace and mount its /proc, or drop --host.root"));
    }
    return findings;
  }

  private static List<Finding> rootContents(HostView view) {
    List<Finding> findings = new ArrayList<>();
    for (Map.Entry<Path, Reading<Integer>> root : new TreeMap<>(view.dataRoots()).entrySet()) {
      String subject = "containers of " + root.getKey();
      switch (root.getValue()) {
        case Reading.Present<Integer>(Integer count) ->
            findings.add(Finding.ok(subject, count + " found"));
        case Missing<Integer>(Cause cause, String detail) ->
            findings.add(Finding.bad(subject, detail, rootRemedy(cause)));
      }
    }
    if (view.dataRoots().isEmpty()) {
      findings.add(
          Finding.bad(
              "containers",
              "no data root is known",
              "start Docker, or name its data root with --docker.data-root"));
    }
    return findings;
  }

  private static String rootRemedy(Cause cause) {
    return cause == Cause.NOT_PERMITTED
        ? "run it as root, or with CAP_DAC_READ_SEARCH"
        : "start Docker, or name the right directory with --docker.data-root (docker info tells"
            + " it as \"Docker Root Dir\")";
  }

  private static List<Finding> collectors(HostView view) {
    return view.collectors().stream()
        .map(status ->
            switch (status.outcome()) {
              case COLLECTED, PENDING ->
                  Finding.ok("collector " + status.name(), status.outcome().label());
              case UNSUPPORTED ->
                  Finding.limited(
                      "collector " + status.name(), status.detail(), "nothing: not had here");
              case FAILED, STUCK ->
                  Finding.bad(
                      "collector " + status.name(),
                      status.detail(),
                      "see the containers' readings below, and the agent's log");
            })
        .toList();
  }

  private static List<Finding> containers(HostView view) {
    List<Finding> findings = new ArrayList<>();
    view.unread()
        .forEach((id, why) ->
            findings.add(
                Finding.limited(
                    "state of container " + id, why, "the last good state is shown, if any")));
    for (ContainerView container : view.containers()) {
      container
          .readings()
          .forEach((name, reading) -> {
            if (reading instanceof Missing<?>(Cause cause, String detail) && cause.isFault()) {
              findings.add(
                  Finding.limited(
                      "container %s: %s".formatted(container.name(), name), detail, remedy(cause)));
            }
          });
    }
    return findings;
  }

  private static String remedy(Cause cause) {
    return switch (cause) {
      case NOT_PERMITTED -> "run it as root, or with the capabilities above";
      case UNSUPPORTED -> "nothing: this engine or kernel does not tell";
      case STUCK -> "look for a dead mount or disk in the kernel's log (dmesg)";
      case MALFORMED -> "please report it with the text that is shown";
      case FAILED, VANISHED, PENDING, NOT_APPLICABLE -> "look again; if it stays, see the log";
    };
  }
}
