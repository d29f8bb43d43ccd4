package io.bilgewatch.agent.contract;

import static io.bilgewatch.agent.rule.ContractRule.MOUNT_KIND;
import static io.bilgewatch.agent.rule.ContractRule.MOUNT_MISSING;
import static io.bilgewatch.agent.rule.ContractRule.MOUNT_UNDECLARED;
import static io.bilgewatch.agent.rule.ContractRule.OPTION_MISSING;
import static io.bilgewatch.agent.rule.ContractRule.TMPFS_LARGER;
import static io.bilgewatch.agent.rule.ContractRule.TMPFS_UNBOUNDED;

import io.bilgewatch.agent.contract.WritablePath.Kind;
import io.bilgewatch.agent.rule.ContractRule;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.view.Contracts.NotKnown;
import io.bilgewatch.agent.view.Contracts.Violation;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.kernel.Reading.Missing;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.List;
import java.util.Optional;

/** Compares the mounts that are declared with those that a container can write to. */
record MountComparison(
    Contract contract,
    Observed observed,
    List<WritableMount> mounts,
    List<Violation> violations,
    List<NotKnown> notKnown) {

  /** The kernel rounds the size of a tmpfs up to whole pages. */
  private static final long PAGE = 4096;

  void compare() {
    for (WritablePath declared : contract.writable()) {
      if (declared.kind() != Kind.LAYER) {
        compare(declared);
      }
    }
    List<WritableMount> undeclared =
        mounts.stream()
            .filter(mount -> contract.declared(mount.path()).isEmpty())
            .filter(mount -> !EngineMounts.isOne(mount, observed))
            .toList();
    undeclared.stream()
        .filter(this::isSharedMemory)
        .findFirst()
        .ifPresent(mount -> size(mount, EngineMounts.SHARED_MEMORY_BYTES));
    undeclared.stream()
        .filter(mount -> !isSharedMemory(mount))
        .limit(Comparison.MOST_PATHS)
        .forEach(
            mount -> add(MOUNT_UNDECLARED, mount.path(), "no writable path", mount.kind().label()));
  }

  /** Docker's own is not declared, and held to what Docker gives it. */
  private boolean isSharedMemory(WritableMount mount) {
    return mount.path().equals(EngineMounts.SHARED_MEMORY)
        && mount.kind() == WritableMount.Kind.TMPFS
        && !observed.isAskedFor(mount.path());
  }

  private void compare(WritablePath declared) {
    Optional<WritableMount> found =
        mounts.stream().filter(mount -> mount.path().equals(declared.path())).findFirst();
    if (found.isEmpty()) {
      add(MOUNT_MISSING, declared.path(), declared.kind().label(), "no writable mount");
      return;
    }
    WritableMount mount = found.get();
    if (!mount.kind().label().equals(declared.kind().label())) {
      add(MOUNT_KIND, declared.path(), declared.kind().label(), mount.kind().label());
    } else if (declared.kind() == Kind.TMPFS) {
      size(mount, declared.size().orElseThrow());
    }
    List<String> missing =
        declared.options().stream()
            .filter(MountOptions::isFlag)
            .filter(option -> !mount.options().contains(option))
            .toList();
    if (!missing.isEmpty()) {
      add(
          OPTION_MISSING,
          declared.path(),
          String.join(",", missing),
          String.join(",", mount.options()));
    }
  }

  private void size(WritableMount mount, long most) {
    KernelPath path = mount.path();
    Reading<TmpfsUsage> found = usage(mount);
    if (!(found instanceof Reading.Present<TmpfsUsage>(TmpfsUsage usage))) {
      Missing<TmpfsUsage> missing = (Missing<TmpfsUsage>) found;
      notKnown.add(new NotKnown("size of " + path, missing.cause(), missing.detail()));
      return;
    }
    String declared = "at most " + Humanly.bytes(most);
    if (!usage.bounded() || !(usage.size() instanceof Limit.Bytes(long size))) {
      add(TMPFS_UNBOUNDED, path, declared, "no size, as large as the kernel allows");
    } else if (size > (most + PAGE - 1) / PAGE * PAGE) {
      add(TMPFS_LARGER, path, declared, "%s (%d bytes)".formatted(Humanly.bytes(size), size));
    }
  }

  private Reading<TmpfsUsage> usage(WritableMount mount) {
    if (!(observed.tmpfs() instanceof Reading.Present<List<Reading<TmpfsUsage>>>(var all))) {
      return ((Missing<List<Reading<TmpfsUsage>>>) observed.tmpfs()).as();
    }
    Optional<Missing<TmpfsUsage>> missing = Optional.empty();
    for (Reading<TmpfsUsage> one : all) {
      if (one instanceof Reading.Present<TmpfsUsage>(TmpfsUsage usage)) {
        if (mount.isOf(usage)) {
          return one;
        }
      } else {
        missing = Optional.of((Missing<TmpfsUsage>) one);
      }
    }
    return missing
        .<Reading<TmpfsUsage>>map(one -> one)
        .orElseGet(() -> Reading.missing(Cause.PENDING, "not asked yet"));
  }

  private void add(ContractRule rule, KernelPath path, String declared, String found) {
    violations.add(new Violation(rule, path.toString(), declared, found));
  }
}
