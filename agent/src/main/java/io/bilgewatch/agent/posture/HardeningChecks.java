package io.bilgewatch.agent.posture;

import static java.util.stream.Collectors.toMap;

import io.bilgewatch.docker.ContainerState;
import io.bilgewatch.docker.HostConfig;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.process.ProcessPosture;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Answers every {@link HardeningCheck}: true is a pass. The kernel's word counts where there is
 * one; Docker's configuration answers for containers that do not run and for what the kernel does
 * not know.
 */
public final class HardeningChecks {
  private static final List<String> SEALED_TMPFS = List.of("nosuid", "nodev", "noexec");

  /** Those that ask for what is read each second. */
  private static final List<HardeningCheck> OF_FIGURES =
      List.of(HardeningCheck.MEMORY_LIMITED, HardeningCheck.TMPFS_BOUNDED);

  private HardeningChecks() {}

  public static Map<HardeningCheck, Reading<Boolean>> answer(PostureFacts facts) {
    return Arrays.stream(HardeningCheck.values())
        .collect(toMap(Function.identity(), check -> answer(check, facts)));
  }

  /**
   * The answers where only what the container holds is other than before: the same map where they
   * are the same.
   *
   * @param before answers of the same container, process and mounts
   */
  public static Map<HardeningCheck, Reading<Boolean>> answerAgain(
      Map<HardeningCheck, Reading<Boolean>> before, PostureFacts facts) {
    for (HardeningCheck check : OF_FIGURES) {
      if (!answer(check, facts).equals(before.get(check))) {
        return answer(facts);
      }
    }
    return before;
  }

  private static Reading<Boolean> answer(HardeningCheck check, PostureFacts facts) {
    return switch (check) {
      case ROOTFS_READONLY -> rootReadOnly(facts);
      case USER_NONROOT ->
          kernelOr(facts, p -> p.containerUid() != 0, _ -> namesNonRoot(facts.container().state()));
      case NO_NEW_PRIVILEGES ->
          kernelOr(facts, ProcessPosture::noNewPrivileges, HardeningChecks::asksNoNewPrivileges);
      case CAPABILITIES_DROPPED -> capabilitiesDropped(facts);
      case NOT_PRIVILEGED -> facts.container().hostConfig().map(config -> !config.privileged());
      case SECCOMP -> seccomp(facts);
      case LSM_PROFILE -> securityModule(facts);
      case MEMORY_LIMITED -> memoryLimited(facts);
      case LOG_BOUNDED -> logBounded(facts);
      case TMPFS_BOUNDED -> tmpfsBounded(facts);
      case TMPFS_NOSUID_NODEV_NOEXEC -> tmpfsSealed(facts);
      case VOLUMES_WRITABLE_BY_USER -> facts.volumesWritable();
      case HOME_WRITABLE_OR_UNUSED -> facts.homeWritable();
    };
  }

  private static Reading<Boolean> rootReadOnly(PostureFacts facts) {
    if (!facts.container().state().running()) {
      return facts.container().hostConfig().map(HostConfig::readonlyRootfs);
    }
    return rootReadOnly(facts.mounts());
  }

  /** Whether the topmost mount on {@code /} is read-only by its per-mount options. */
  public static Reading<Boolean> rootReadOnly(Reading<MountTable> mounts) {
    return switch (mounts) {
      case Reading.Missing<MountTable> missing -> missing.as();
      case Reading.Present<MountTable>(MountTable table) ->
          table
              .root()
              .map(root -> Reading.of(root.readOnly()))
              .orElseGet(() -> Reading.missing(Reading.Cause.MALFORMED, "no mount on /"));
    };
  }

  private static Reading<Boolean> kernelOr(
      PostureFacts facts,
      Function<ProcessPosture, Boolean> kernel,
      Function<HostConfig, Boolean> configured) {
    return facts.container().state().running()
        ? facts.process().map(kernel)
        : facts.container().hostConfig().map(configured);
  }

  private static boolean namesNonRoot(ContainerState state) {
    String user = state.user().split(":", 2)[0];
    return !(user.isEmpty() || user.equals("root") || user.matches("0+"));
  }

  private static boolean asksNoNewPrivileges(HostConfig config) {
    return config.securityOptions().stream()
        .anyMatch(o -> o.startsWith("no-new-privileges") && !o.endsWith("false"));
  }

  /** Nothing in the bounding set but what was asked for by name, which wants {@code drop ALL}. */
  private static Reading<Boolean> capabilitiesDropped(PostureFacts facts) {
    if (!facts.container().state().running()) {
      return facts
          .container()
          .hostConfig()
          .map(config ->
              !config.privileged()
                  && config.capabilitiesDropped().stream().anyMatch(Capabilities::isAll)
                  && config.capabilitiesAdded().stream().noneMatch(Capabilities::isAll));
    }
    return switch (facts.container().hostConfig()) {
      case Reading.Missing<HostConfig> missing -> missing.as();
      case Reading.Present<HostConfig>(HostConfig config) ->
          facts
              .process()
              .map(process ->
                  (process.boundingCapabilities() & ~Capabilities.mask(config.capabilitiesAdded()))
                      == 0);
    };
  }

  private static Reading<Boolean> seccomp(PostureFacts facts) {
    return switch (facts.process()) {
      case Reading.Missing<ProcessPosture> missing -> missing.as();
      case Reading.Present<ProcessPosture>(ProcessPosture process) ->
          process.seccompMode().isPresent()
              ? Reading.of(process.seccompMode().getAsInt() == 2)
              : Reading.notApplicable("a kernel without seccomp");
    };
  }

  private static Reading<Boolean> securityModule(PostureFacts facts) {
    return switch (facts.process()) {
      case Reading.Missing<ProcessPosture> missing -> missing.as();
      case Reading.Present<ProcessPosture>(ProcessPosture process) ->
          process.securityLabel().isEmpty()
              ? Reading.notApplicable("no security module labels processes on this host")
              : Reading.of(confines(process.securityLabel()));
    };
  }

  private static boolean confines(String label) {
    return !label.startsWith("unconfined")
        && !label.endsWith("(complain)")
        && !label.contains(":unconfined_t:")
        && !label.contains(":spc_t:");
  }

  private static Reading<Boolean> memoryLimited(PostureFacts facts) {
    return facts.container().state().running()
        ? facts.memory().map(memory -> memory.limit() instanceof Limit.Bytes)
        : facts.container().hostConfig().map(config -> config.memoryBytes() > 0);
  }

  private static Reading<Boolean> logBounded(PostureFacts facts) {
    return switch (facts.container().hostConfig()) {
      case Reading.Missing<HostConfig> missing -> missing.as();
      case Reading.Present<HostConfig>(HostConfig config) ->
          switch (config.logDriver()) {
            case "json-file" -> Reading.of(config.logOptions().containsKey("max-size"));
            // The local driver bounds itself: 5 files of 20 MB unless told otherwise.
            case "local" -> Reading.of(!"-1".equals(config.logOptions().get("max-size")));
            case "none" -> Reading.of(true);
            default -> Reading.notApplicable("Docker keeps no log files for " + config.logDriver());
          };
    };
  }

  private static Reading<Boolean> tmpfsBounded(PostureFacts facts) {
    return switch (facts.tmpfs()) {
      case Reading.Missing<List<Reading<TmpfsUsage>>> missing -> missing.as();
      case Reading.Present<List<Reading<TmpfsUsage>>>(var mounts) -> allBounded(mounts);
    };
  }

  private static Reading<Boolean> allBounded(List<Reading<TmpfsUsage>> mounts) {
    boolean all = true;
    for (Reading<TmpfsUsage> mount : mounts) {
      switch (mount) {
        case Reading.Missing<TmpfsUsage> missing -> {
          return missing.as();
        }
        case Reading.Present<TmpfsUsage>(TmpfsUsage usage) ->
            all &= usage.bounded() || !usage.isFillable();
      }
    }
    return Reading.of(all);
  }

  /**
   * Every writable tmpfs but {@code /dev}, which needs device nodes, and what engines hide files of
   * {@code /proc} with, which is a device of it.
   */
  private static Reading<Boolean> tmpfsSealed(PostureFacts facts) {
    return facts
        .mounts()
        .map(table ->
            table.tmpfs().stream()
                .filter(mount -> !mount.readOnly() && !mount.superReadOnly())
                .filter(mount -> !mount.mountPoint().toString().equals("/dev"))
                .filter(mount -> !mount.mountPoint().isAtOrBelow(HostRoot.PROC))
                .map(Mount::options)
                .allMatch(options -> options.containsAll(SEALED_TMPFS)));
  }
}
