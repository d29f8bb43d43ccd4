package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.List;
import java.util.Objects;

/** Whether two views of a container are the same in what a contract asks for. */
final class Sameness {
  private Sameness() {}

  /** By reference where readings are taken over from view to view. */
  @SuppressWarnings("ReferenceEquality")
  static boolean ofWhatContractsAskFor(ContainerView one, ContainerView other) {
    return one == other
        || (one.running() == other.running()
            && one.rootReadOnly() == other.rootReadOnly()
            && one.writableMounts() == other.writableMounts()
            && one.user() == other.user()
            && Objects.equals(volumes(one), volumes(other))
            && isSameSize(one.tmpfs(), other.tmpfs()));
  }

  private static Reading<Boolean> volumes(ContainerView view) {
    return view.hardening().get(HardeningCheck.VOLUMES_WRITABLE_BY_USER);
  }

  /** What is used of a tmpfs changes each second, and no contract asks for it. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSameSize(
      Reading<List<Reading<TmpfsUsage>>> one, Reading<List<Reading<TmpfsUsage>>> other) {
    if (one == other) {
      return true;
    }
    if (!(one instanceof Reading.Present<List<Reading<TmpfsUsage>>>(var mounts)
        && other instanceof Reading.Present<List<Reading<TmpfsUsage>>>(var others)
        && mounts.size() == others.size())) {
      return one.equals(other);
    }
    for (int i = 0; i < mounts.size(); i++) {
      if (mounts.get(i) != others.get(i) && !isSameTmpfs(mounts.get(i), others.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSameTmpfs(Reading<TmpfsUsage> one, Reading<TmpfsUsage> other) {
    if (!(one instanceof Reading.Present<TmpfsUsage>(TmpfsUsage usage)
        && other instanceof Reading.Present<TmpfsUsage>(TmpfsUsage second))) {
      return one.equals(other);
    }
    return usage.mountPoint().equals(second.mountPoint())
        && usage.size().equals(second.size())
        && usage.bounded() == second.bounded();
  }
}
