package io.bilgewatch.agent.contract;

import io.bilgewatch.agent.proposal.Mount;
import io.bilgewatch.agent.proposal.Proposal;
import io.bilgewatch.agent.proposal.Remark;
import io.bilgewatch.agent.text.Visible;
import io.bilgewatch.agent.text.YamlText;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.ProcessUser;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.docker.ContainerState;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsUsage;
import io.bilgewatch.writes.PathRule;
import io.bilgewatch.writes.PathRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A contract as a container keeps it, or would with the mounts that are proposed, as YAML. */
public final class ContractText {
  private static final long MIB = 1 << 20;
  private static final List<String> SEALING = List.of("nosuid", "nodev", "noexec");

  private final StringBuilder text = new StringBuilder();
  private final ContainerView container;
  private final PathRules rules = PathRules.shipped();

  private ContractText(ContainerView container) {
    this.container = container;
  }

  /**
   * @param proposal what it needs for a read-only root; empty where it has one
   */
  public static String of(
      ContainerView container, List<WritableMount> mounts, Optional<Proposal> proposal) {
    return new ContractText(container).write(mounts, proposal);
  }

  private String write(List<WritableMount> mounts, Optional<Proposal> proposal) {
    line(
        "# Where %s may write, and why. Read it before it is committed:"
            .formatted(container.name()));
    line("# it is made from what was seen, and what is seldom done was perhaps not seen.");
    line("contract: 1");
    line("name: %s".formatted(YamlText.of(name())));
    selector();
    proposal.ifPresent(one -> {
      line(
          switch (one.verdict()) {
            case READY, MOUNTS ->
                "# Its root is still writable. It could be read-only with what is declared here.";
            case CHANGE -> "# Its root is still writable, and something must change before:";
            case UNKNOWN -> "# Its root is still writable. Whether this is all can't be told:";
          });
      one.settings()
          .forEach(
              set -> line("# With %s=%s in its environment.".formatted(set.name(), set.value())));
      one.remarks().forEach(this::remark);
    });
    line("root: read-only");
    user();
    Map<KernelPath, WritablePath> writable = writable(mounts, proposal);
    line(writable.isEmpty() ? "writable: []" : "writable:");
    writable.values().forEach(this::writable);
    List<String> never =
        Stream.of("/etc", "/usr", "/bin", "/sbin", "/lib")
            .filter(path -> isApart(KernelPath.of(path), writable))
            .toList();
    line("never-writable: [%s]".formatted(String.join(", ", never)));
    return text.toString();
  }

  private static boolean isApart(KernelPath path, Map<KernelPath, WritablePath> writable) {
    return writable.keySet().stream()
        .noneMatch(one -> one.isAtOrBelow(path) || path.isAtOrBelow(one));
  }

  private ContainerState state() {
    return container.container().state();
  }

  private String name() {
    String name = state().labels().getOrDefault(Selector.SERVICE_LABEL, container.name());
    String plain = name.replaceAll("[^A-Za-z0-9_.-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
    return plain.isEmpty() ? "service" : plain.substring(0, Math.min(100, plain.length()));
  }

  private void selector() {
    line("applies-to:");
    String service = state().labels().get(Selector.SERVICE_LABEL);
    if (service == null) {
      line("  container: %s".formatted(YamlText.of(container.name())));
    } else {
      Optional.ofNullable(state().labels().get(Selector.PROJECT_LABEL))
          .ifPresent(project -> line("  compose-project: %s".formatted(YamlText.of(project))));
      line("  compose-service: %s".formatted(YamlText.of(service)));
    }
    line("  # image: %s".formatted(YamlText.of(state().image())));
  }

  private void user() {
    if (container.user() instanceof Reading.Present<ProcessUser>(ProcessUser user)) {
      if (user.uid() == 0) {
        line("# It runs as root. Better: non-root");
        line("user: any");
      } else {
        line("user: %d".formatted(user.uid()));
      }
    } else {
      line("user: non-root");
    }
  }

  /** By path; what is mounted stands before what is proposed. */
  private Map<KernelPath, WritablePath> writable(
      List<WritableMount> mounts, Optional<Proposal> proposal) {
    Map<KernelPath, WritablePath> all = new TreeMap<>();
    Observed observed = Observed.of(container, Reading.notApplicable("not asked"), List.of());
    for (WritableMount mount : mounts) {
      boolean ordinary =
          EngineMounts.isOne(mount, observed) || isOrdinarySharedMemory(mount, observed);
      if (!ordinary && isText(mount.path())) {
        all.put(mount.path(), writable(mount));
      }
    }
    if (proposal.isPresent()) {
      for (Mount mount : proposal.get().mounts()) {
        if (isText(mount.path())) {
          all.putIfAbsent(mount.path(), writable(mount));
        }
      }
    }
    return all;
  }

  /** A contract is text; what no text can say is said to be left out. */
  private boolean isText(KernelPath path) {
    boolean text =
        KernelPath.of(path.toString()).equals(path) && PathText.wrong(path.toString()).isEmpty();
    if (!text) {
      line("# %s is writable too, and its name can't be declared.".formatted(path));
    }
    return text;
  }

  private boolean isOrdinarySharedMemory(WritableMount mount, Observed observed) {
    return mount.path().equals(EngineMounts.SHARED_MEMORY)
        && !observed.isAskedFor(mount.path())
        && size(mount).orElse(Long.MAX_VALUE) <= EngineMounts.SHARED_MEMORY_BYTES;
  }

  private WritablePath writable(WritableMount mount) {
    if (mount.kind() != WritableMount.Kind.TMPFS) {
      WritablePath.Kind kind =
          mount.kind() == WritableMount.Kind.VOLUME
              ? WritablePath.Kind.VOLUME
              : WritablePath.Kind.BIND;
      return new WritablePath(
          mount.path(), kind, OptionalLong.empty(), List.of(), why(mount.path()));
    }
    List<String> options = SEALING.stream().filter(mount.options()::contains).toList();
    OptionalLong size = size(mount);
    return new WritablePath(
        mount.path(),
        WritablePath.Kind.TMPFS,
        OptionalLong.of(size.orElse(16 * MIB)),
        options,
        size.isPresent()
            ? why(mount.path())
            : "it has no size now, which breaks this contract; say why");
  }

  /** What is mostly written to a place of that name; better known by who reads the contract. */
  private String why(KernelPath path) {
    PathRule rule = rules.ofDirectory(path);
    return rule.advice() == PathRule.Advice.ASK ? "it was mounted so; say why" : rule.what();
  }

  /** Of a tmpfs that has one. */
  private OptionalLong size(WritableMount mount) {
    Optional<TmpfsUsage> usage = container.tmpfsOf(mount).filter(TmpfsUsage::bounded);
    return usage.isPresent() && usage.get().size() instanceof Limit.Bytes(long bytes) && bytes > 0
        ? OptionalLong.of(bytes)
        : OptionalLong.empty();
  }

  private static WritablePath writable(Mount mount) {
    List<String> options = new ArrayList<>(mount.options());
    options.removeIf(option -> !MountOptions.isFlag(option) && !MountOptions.isOfTmpfs(option));
    return mount.kind() == Mount.Kind.TMPFS
        ? new WritablePath(
            mount.path(), WritablePath.Kind.TMPFS, mount.size(), options, mount.why())
        : new WritablePath(
            mount.path(), WritablePath.Kind.VOLUME, OptionalLong.empty(), List.of(), mount.why());
  }

  private void writable(WritablePath one) {
    line("  - path: %s".formatted(YamlText.of(one.path().toString())));
    line("    kind: %s".formatted(one.kind().label()));
    one.size().ifPresent(bytes -> line("    size: %s".formatted(YamlText.bytes(bytes))));
    if (!one.options().isEmpty()) {
      String options = one.options().stream().collect(Collectors.joining(", "));
      line("    options: [%s]".formatted(options));
    }
    line(
        "    why: %s"
            .formatted(YamlText.of(one.why().isBlank() ? "say why" : YamlText.line(one.why()))));
  }

  private void remark(Remark remark) {
    line(
        "# %s%s: %s"
            .formatted(
                remark.kind() == Remark.Kind.MUST ? "To do before: " : "",
                remark.path(),
                remark.text()));
  }

  /** In a comment as well as elsewhere, what a container chose must not end the line. */
  private void line(String line) {
    text.append(Visible.of(line)).append('\n');
  }
}
