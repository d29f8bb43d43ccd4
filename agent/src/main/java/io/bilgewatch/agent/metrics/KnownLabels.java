package io.bilgewatch.agent.metrics;

import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.ContainerState;
import io.bilgewatch.docker.HostConfig;
import io.bilgewatch.kernel.KernelPath;
import java.util.List;

/**
 * The labels that come again in each view, written once: those of a container as long as its state
 * is the same object, those of paths and mounts as long as anybody has such a one.
 */
final class KnownLabels {
  private static final List<String> SUBJECT = Families.RUNNING.labels();
  private static final List<String> INFO = detail(Families.CONTAINER_INFO);
  private static final List<String> PATH = detail(Families.TMPFS_USED);
  private static final List<String> MOUNT = detail(Families.WRITABLE_MOUNT);

  private final LabelText text;
  private final Recent<Same, OfContainer> containers = new Recent<>();
  private final Recent<KernelPath, LabelPairs> paths = new Recent<>();
  private final Recent<Mount, LabelPairs> mounts = new Recent<>();

  /**
   * A container's.
   *
   * @param subject that all of its samples have
   * @param info what its info has besides
   */
  record OfContainer(LabelPairs subject, LabelPairs info) {}

  /** A container by identity: to compare all that is known of it costs more than to write it. */
  private record Same(Container container) {
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(Object other) {
      return other instanceof Same same && same.container == container;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(container);
    }
  }

  /**
   * A mount by its value, as the record has it: what Java makes for a record costs four times as
   * much here.
   */
  private record Mount(WritableMount mount) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Mount(WritableMount that)
          && mount.path().equals(that.path())
          && mount.kind() == that.kind()
          && mount.options().equals(that.options());
    }

    @Override
    public int hashCode() {
      return 31 * mount.path().hashCode() + mount.options().size();
    }
  }

  KnownLabels(LabelText text) {
    this.text = text;
  }

  OfContainer of(ContainerView view) {
    return containers.get(new Same(view.container()), same -> write(same.container()));
  }

  LabelPairs of(KernelPath path) {
    return paths.get(path, key -> LabelPairs.of(PATH, text.of(key.toString())));
  }

  LabelPairs of(WritableMount mount) {
    return mounts.get(
        new Mount(mount),
        _ ->
            LabelPairs.of(
                MOUNT,
                text.of(mount.path().toString()),
                mount.kind().label(),
                text.of(String.join(",", mount.options()))));
  }

  /** A view is done: what it did not have is forgotten. */
  void turn() {
    containers.turn();
    paths.turn();
    mounts.turn();
  }

  private OfContainer write(Container container) {
    ContainerState state = container.state();
    return new OfContainer(
        LabelPairs.of(SUBJECT, text.of(container.name()), state.shortId()),
        LabelPairs.of(
            INFO,
            text.of(state.image()),
            text.of(state.imageId()),
            text.of(state.labels().getOrDefault("com.docker.compose.project", "")),
            text.of(state.labels().getOrDefault("com.docker.compose.service", "")),
            text.of(state.user()),
            text.of(state.storageDriver()),
            text.of(container.hostConfig().optional().map(HostConfig::logDriver).orElse(""))));
  }

  /** The names of the labels that a container's family has besides the container's. */
  static List<String> detail(MetricFamily family) {
    return family.labels().subList(SUBJECT.size(), family.labels().size());
  }
}
