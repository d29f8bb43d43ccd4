package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.MadeView;
import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.outlook.Fresh;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.bench.MadeUpHost;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.OverlayAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What the daemon thinks about a view of many containers, without contracts and with one for each
 * of them: the first is what the second is a ratio to. And contracts alone, without the alerts that
 * they raise. With the first compiler alone, as it runs.
 */
@State(Scope.Benchmark)
@Fork(jvmArgsAppend = "-XX:TieredStopAtLevel=1")
public class ContractsBenchmark {
  private static final int VIEWS = 20;
  private static final int CONTRACTS = 10;
  private static final int MOST_WAITS = 600;
  private static final long SECOND = 1_000_000_000L;

  /** What is another object in each view. */
  public enum Moved {
    NOTHING,
    /** Memory, the use of each tmpfs, and one layer in ten. */
    USE
  }

  @Param("500")
  public int containers;

  @Param public Moved moved;

  /** Whether each tenth container breaks its contract. */
  @Param({"false", "true"})
  public boolean broken;

  private final List<HostView> views = new ArrayList<>();
  private final Map<String, LayerTarget> targets = new HashMap<>();
  private Path folder;
  private ContractWatch contracts;
  private Judgement with;
  private Judgement without;
  private int looks;

  @Setup(Level.Trial)
  public void begin() throws Exception {
    folder = Files.createTempDirectory("bilgewatch-contracts");
    Path layer = Files.createDirectory(folder.resolve("layer"));
    for (int i = 0; i < CONTRACTS; i++) {
      Files.writeString(folder.resolve(i + ".yml"), contract(i));
    }
    HostView first = MadeUpHost.with(containers);
    HostView standing = view(first, 0);
    for (int i = 0; i < VIEWS; i++) {
      views.add(moved == Moved.NOTHING ? MadeUpHost.anew(standing) : view(first, i));
    }
    for (ContainerView one : first.containers()) {
      targets.put(
          one.id(),
          new LayerTarget(
              one.id(),
              KernelPath.of(layer.toString()),
              false,
              OverlayAttributes.TRUSTED,
              "1",
              OptionalInt.empty()));
    }
    Configuration config = Configuration.defaults();
    InstantSource clock = InstantSource.system();
    contracts = new ContractWatch(folder, true, clock, _ -> {}, () -> {});
    with = new Judgement(config, clock, Optional.empty(), Optional.of(contracts));
    without = new Judgement(config, clock, Optional.empty(), Optional.empty());
    contracts.look(0, targets);
    settle();
  }

  /** Until each layer was read, and so each verdict is known. */
  private void settle() throws InterruptedException {
    for (int i = 0; i < MOST_WAITS; i++) {
      Map<String, List<Verdict>> known = contracts.of(next()).contracts().verdicts();
      if (known.size() == containers
          && known.values().stream()
              .flatMap(List::stream)
              .allMatch(one -> one.notKnown().isEmpty())) {
        return;
      }
      Thread.sleep(100);
    }
    throw new IllegalStateException("the contracts are not compared yet");
  }

  /** Without what raises an alert for each of them anyway. */
  private HostView view(HostView first, int number) {
    HostView view =
        moved == Moved.NOTHING ? MadeUpHost.anew(first) : MadeUpHost.later(first, number);
    return view.with(
        IntStream.range(0, containers)
            .mapToObj(i -> quiet(view.containers().get(i), first.containers().get(i)))
            .toList());
  }

  private static ContainerView quiet(ContainerView view, ContainerView first) {
    return MadeView.like(view)
        .mounts(first.writableMounts())
        .risk(Reading.notApplicable("quiet"))
        .hardening(Map.of())
        .make();
  }

  /** Every second container's root is read-only. */
  private String contract(int digit) {
    boolean readOnly = digit % 2 == 0 || (digit == CONTRACTS - 1 && broken);
    return """
    contract: 1
    name: service-%d
    applies-to: {container: "*%d"}
    root: %s
    user: any
    writable:
      - {path: /data, kind: volume, why: uploads}
    never-writable: [/etc, /usr, /bin, /sbin, /lib]
    """
        .formatted(digit, digit, readOnly ? "read-only" : "writable");
  }

  @TearDown(Level.Trial)
  public void end() throws IOException {
    with.close();
    without.close();
    contracts.close();
    for (int i = 0; i < CONTRACTS; i++) {
      Files.delete(folder.resolve(i + ".yml"));
    }
    Files.delete(folder.resolve("layer"));
    Files.delete(folder);
  }

  private HostView next() {
    looks++;
    return views.get(looks % VIEWS);
  }

  @Benchmark
  public HostView withoutContracts() {
    return without.of(next(), looks * SECOND, Fresh.UNKNOWN);
  }

  @Benchmark
  public HostView withContracts() {
    contracts.look(looks * SECOND, targets);
    return with.of(next(), looks * SECOND, Fresh.UNKNOWN);
  }

  @Benchmark
  public HostView contractsAlone() {
    contracts.look(looks * SECOND, targets);
    return contracts.of(next());
  }
}
