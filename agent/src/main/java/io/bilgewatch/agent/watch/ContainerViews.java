package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.posture.HardeningChecks;
import io.bilgewatch.agent.posture.PostureFacts;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.risk.TmpfsRisks;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.ProcessUser;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.descriptor.DeletedFiles;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.process.ProcessPosture;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The views of containers. One that is put together from the same readings as the one before is the
 * very same object, so that whoever thinks about it can tell at once that nothing is new.
 */
final class ContainerViews {
  private final boolean paths;
  private Map<String, Composed> before = Map.of();
  private Map<String, Composed> now = new HashMap<>();

  /**
   * @param paths whether names of directories that a container chose are shown
   */
  ContainerViews(boolean paths) {
    this.paths = paths;
  }

  /** All that a view is made of. */
  record Parts(
      Container container,
      boolean declared,
      boolean gone,
      Reading<ProcessFacts> process,
      Reading<List<Reading<TmpfsUsage>>> tmpfs,
      Reading<MemoryUsage> memory,
      Reading<LayerUsage> layer,
      Reading<LayerUsage.Quota> quota,
      Reading<DeletedFiles> deletedFiles,
      Reading<Long> logBytes,
      Reading<Long> headroom) {

    boolean isOfSameProcess(Parts other) {
      return is(container, other.container)
          && declared == other.declared
          && gone == other.gone
          && is(process, other.process);
    }

    boolean hasSameFigures(Parts other) {
      return is(tmpfs, other.tmpfs)
          && is(memory, other.memory)
          && is(layer, other.layer)
          && is(quota, other.quota)
          && is(deletedFiles, other.deletedFiles)
          && is(logBytes, other.logBytes)
          && is(headroom, other.headroom);
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean is(Object one, Object other) {
      return one == other || one.equals(other);
    }
  }

  private record Composed(Parts parts, ContainerView view) {}

  /** Ends a round: what was not asked for in it is forgotten. */
  void end() {
    before = now;
    now = HashMap.newHashMap(before.size());
  }

  ContainerView of(Parts parts) {
    Composed known = before.get(parts.container().id());
    Composed made = new Composed(parts, view(parts, known));
    now.put(parts.container().id(), made);
    return made.view();
  }

  private ContainerView view(Parts parts, Composed known) {
    if (known == null || !parts.isOfSameProcess(known.parts())) {
      Reading<MountTable> mounts = mounts(parts);
      return view(
          parts,
          HardeningChecks.rootReadOnly(mounts),
          mounts.map(table -> WritableMounts.of(table, parts.container().state())),
          HardeningChecks.answer(posture(parts)),
          flat(parts.process().map(ProcessFacts::posture)).map(ContainerViews::user));
    }
    if (parts.hasSameFigures(known.parts())) {
      return known.view();
    }
    return view(
        parts,
        known.view().rootReadOnly(),
        known.view().writableMounts(),
        HardeningChecks.answerAgain(known.view().hardening(), posture(parts)),
        known.view().user());
  }

  /** Groups have other numbers in a user namespace, where users have. */
  private static ProcessUser user(ProcessPosture posture) {
    boolean same = posture.containerUid() == posture.effectiveUid();
    return new ProcessUser(
        posture.containerUid(),
        same ? OptionalInt.of(posture.effectiveGid()) : OptionalInt.empty());
  }

  private ContainerView view(
      Parts parts,
      Reading<Boolean> rootReadOnly,
      Reading<List<WritableMount>> writableMounts,
      Map<HardeningCheck, Reading<Boolean>> hardening,
      Reading<ProcessUser> user) {
    return new ContainerView(
        parts.container(),
        parts.declared() && !parts.gone(),
        rootReadOnly,
        writableMounts,
        paths ? parts.layer() : parts.layer().map(LayerUsage::withoutPaths),
        parts.quota(),
        parts.deletedFiles(),
        parts.logBytes(),
        parts.tmpfs(),
        parts.memory(),
        risk(parts),
        hardening,
        user);
  }

  private static Reading<TmpfsRisk> risk(Parts parts) {
    return parts.tmpfs() instanceof Reading.Present<List<Reading<TmpfsUsage>>>(var mounts)
        ? TmpfsRisks.of(mounts, parts.headroom())
        : ((Reading.Missing<List<Reading<TmpfsUsage>>>) parts.tmpfs()).as();
  }

  private static Reading<MountTable> mounts(Parts parts) {
    return flat(parts.process().map(ProcessFacts::mounts));
  }

  private static PostureFacts posture(Parts parts) {
    return new PostureFacts(
        parts.container(),
        mounts(parts),
        flat(parts.process().map(ProcessFacts::posture)),
        parts.memory(),
        parts.tmpfs(),
        flat(parts.process().map(ProcessFacts::volumesWritable)),
        flat(parts.process().map(ProcessFacts::homeWritable)));
  }

  static <T> Reading<T> flat(Reading<Reading<T>> nested) {
    return nested instanceof Reading.Present<Reading<T>>(Reading<T> inner)
        ? inner
        : ((Reading.Missing<Reading<T>>) nested).as();
  }
}
