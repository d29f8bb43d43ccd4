package io.bilgewatch.agent;

import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.ProcessUser;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.descriptor.DeletedFiles;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A view of a running container, of which one says what matters; all else is not applicable. */
public final class MadeView {
  private Container container;
  private boolean running = true;
  private Reading<Boolean> rootReadOnly = no();
  private Reading<List<WritableMount>> writableMounts = Reading.of(List.of());
  private Reading<LayerUsage> layer = no();
  private Reading<LayerUsage.Quota> quota = no();
  private Reading<DeletedFiles> deletedFiles = no();
  private Reading<Long> logBytes = no();
  private Reading<List<Reading<TmpfsUsage>>> tmpfs = Reading.of(List.of());
  private Reading<MemoryUsage> memory = no();
  private Reading<TmpfsRisk> risk = no();
  private Map<HardeningCheck, Reading<Boolean>> hardening = Map.of();
  private Reading<ProcessUser> user = no();

  private MadeView(Container container) {
    this.container = container;
  }

  private static <T> Reading<T> no() {
    return Reading.notApplicable("not made");
  }

  public static MadeView of(Container container) {
    return new MadeView(container);
  }

  /** A layer that was read whole, of which nothing is told but how much it holds. */
  public static LayerUsage layerOf(long bytes, Instant at) {
    return new LayerUsage(
        bytes, bytes, 1, Optional.empty(), 0, 0, List.of(), at, at, true, Duration.ZERO, true);
  }

  /** Another that is like this one. */
  public static MadeView like(ContainerView view) {
    MadeView made = new MadeView(view.container());
    made.running = view.running();
    made.rootReadOnly = view.rootReadOnly();
    made.writableMounts = view.writableMounts();
    made.layer = view.layer();
    made.quota = view.quota();
    made.deletedFiles = view.deletedFiles();
    made.logBytes = view.logBytes();
    made.tmpfs = view.tmpfs();
    made.memory = view.memory();
    made.risk = view.risk();
    made.hardening = view.hardening();
    made.user = view.user();
    return made;
  }

  public MadeView container(Container is) {
    container = is;
    return this;
  }

  public MadeView running(boolean is) {
    running = is;
    return this;
  }

  public MadeView rootReadOnly(Reading<Boolean> is) {
    rootReadOnly = is;
    return this;
  }

  public MadeView mounts(Reading<List<WritableMount>> are) {
    writableMounts = are;
    return this;
  }

  public MadeView mounts(WritableMount... are) {
    return mounts(Reading.of(List.of(are)));
  }

  public MadeView layer(Reading<LayerUsage> is) {
    layer = is;
    return this;
  }

  public MadeView quota(Reading<LayerUsage.Quota> is) {
    quota = is;
    return this;
  }

  public MadeView deletedFiles(DeletedFiles are) {
    deletedFiles = Reading.of(are);
    return this;
  }

  public MadeView logBytes(long are) {
    logBytes = Reading.of(are);
    return this;
  }

  public MadeView tmpfs(List<Reading<TmpfsUsage>> are) {
    tmpfs = Reading.of(are);
    return this;
  }

  public MadeView tmpfs(TmpfsUsage is) {
    return tmpfs(List.of(Reading.of(is)));
  }

  public MadeView memory(Reading<MemoryUsage> is) {
    memory = is;
    return this;
  }

  public MadeView risk(Reading<TmpfsRisk> is) {
    risk = is;
    return this;
  }

  public MadeView hardening(Map<HardeningCheck, Reading<Boolean>> are) {
    hardening = are;
    return this;
  }

  public MadeView user(ProcessUser is) {
    user = Reading.of(is);
    return this;
  }

  public ContainerView make() {
    return new ContainerView(
        container,
        running,
        rootReadOnly,
        writableMounts,
        layer,
        quota,
        deletedFiles,
        logBytes,
        tmpfs,
        memory,
        risk,
        hardening,
        user);
  }
}
