package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.contract.Comparison;
import io.bilgewatch.agent.contract.Contract;
import io.bilgewatch.agent.contract.ContractFolder;
import io.bilgewatch.agent.contract.ContractFolder.Found;
import io.bilgewatch.agent.contract.Observed;
import io.bilgewatch.agent.contract.Observed.Failure;
import io.bilgewatch.agent.event.HostEvent;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Contracts;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.WrittenLayer;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Holds the containers to the contracts of a directory. Of a container of which nothing is other
 * than in the view before, what came out then is taken over.
 */
final class ContractWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration PATIENCE = io.bilgewatch.agent.watch.Collectors.PATIENCE;
  private static final int MOST_TOLD = 3;

  private final ContractFolder folder;
  private final CollectorRun<ContractFolder, Found> files;
  private final Every filesDue = new Every(EVERY);
  private final ContractLayers layers;
  private final ContractEvents events;
  private final LateFailures failures = new LateFailures();
  private final boolean paths;

  /** What was read last, of a directory with broken files too. */
  private volatile Found found = new Found(List.of(), List.of());

  private Map<String, LayerTarget> targets = Map.of();
  private Map<String, Judged> before = Map.of();
  private Contracts last = new Contracts(true, Map.of());

  /** What was compared, and what came of it. */
  private record Judged(
      Found found,
      List<Contract> contracts,
      Set<KernelPath> declared,
      ContainerView view,
      Reading<WrittenLayer> written,
      List<Failure> failures,
      List<Verdict> verdicts) {}

  /**
   * @param paths whether names that a container chose are shown
   * @param told takes what begins and ends
   * @param news called when there is something new to compare with
   */
  ContractWatch(
      Path directory, boolean paths, InstantSource clock, Consumer<HostEvent> told, Runnable news) {
    this.folder = new ContractFolder(directory);
    this.files = new CollectorRun<>(new Collector<>("contracts", this::read), PATIENCE, clock);
    this.layers = new ContractLayers(clock, news);
    this.events = new ContractEvents(told);
    this.paths = paths;
  }

  private Reading<Found> read(ContractFolder from) {
    Found now = from.look();
    found = now;
    if (now.problems().isEmpty()) {
      return Reading.of(now);
    }
    String told =
        now.problems().stream()
            .limit(MOST_TOLD)
            .map(Object::toString)
            .collect(Collectors.joining("; "));
    int more = now.problems().size() - MOST_TOLD;
    return Reading.missing(
        Cause.MALFORMED,
        told + (more > 0 ? "; and %d more".formatted(more) : "") + "; what was read before stands");
  }

  /**
   * To be called with each look.
   *
   * @param layerTargets where the layers are, by container id
   */
  void look(long now, Map<String, LayerTarget> layerTargets) {
    targets = layerTargets;
    if (filesDue.due(now)) {
      files.run(Map.of("contracts", folder));
    }
  }

  /** The view with how its containers keep their contracts; to be called with each new one. */
  HostView of(HostView view) {
    failures.read(view.events(), view.at());
    Map<String, Judged> now = HashMap.newHashMap(view.containers().size());
    Map<String, List<Verdict>> verdicts = new HashMap<>();
    for (ContainerView container : view.containers()) {
      Judged judged = judge(container, before.get(container.id()));
      now.put(container.id(), judged);
      if (!judged.verdicts().isEmpty()) {
        verdicts.put(container.id(), judged.verdicts());
      }
    }
    before = now;
    layers.keep(verdicts.keySet());
    if (!isAsBefore(verdicts)) {
      Contracts made = new Contracts(true, verdicts);
      events.tell(view, made);
      last = made;
    }
    return view.with(last);
  }

  @SuppressWarnings("ReferenceEquality")
  private boolean isAsBefore(Map<String, List<Verdict>> verdicts) {
    if (verdicts.size() != last.verdicts().size()) {
      return false;
    }
    for (Map.Entry<String, List<Verdict>> one : verdicts.entrySet()) {
      if (last.verdicts().get(one.getKey()) != one.getValue()) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("ReferenceEquality")
  private Judged judge(ContainerView view, Judged known) {
    Found all = found;
    boolean sameContracts =
        known != null && known.found() == all && known.view().container() == view.container();
    List<Contract> contracts = sameContracts ? known.contracts() : fitting(all, view);
    if (contracts.isEmpty()) {
      return sameContracts
          ? known
          : new Judged(
              all,
              List.of(),
              Set.of(),
              view,
              Reading.notApplicable("no contract"),
              List.of(),
              List.of());
    }
    Set<KernelPath> declared = sameContracts ? known.declared() : declared(contracts);
    Reading<WrittenLayer> written = layers.of(view, targets.get(view.id()), declared);
    List<Failure> failed = failures.of(view.id());
    if (sameContracts
        && known.written() == written
        && known.failures() == failed
        && Sameness.ofWhatContractsAskFor(known.view(), view)) {
      return known;
    }
    Observed observed = Observed.of(view, written, failed);
    List<Verdict> verdicts =
        contracts.stream()
            .map(one -> Comparison.of(one, observed))
            .map(paths ? Function.identity() : HiddenPaths::of)
            .toList();
    // What did not change must be the very same, for whoever compares.
    boolean same = known != null && known.verdicts().equals(verdicts);
    return new Judged(
        all, contracts, declared, view, written, failed, same ? known.verdicts() : verdicts);
  }

  private static Set<KernelPath> declared(List<Contract> contracts) {
    return contracts.stream().flatMap(Contract::paths).collect(Collectors.toUnmodifiableSet());
  }

  private static List<Contract> fitting(Found all, ContainerView view) {
    List<Contract> fitting = new ArrayList<>();
    for (Contract contract : all.contracts()) {
      if (contract.appliesTo().fits(view.container().state())) {
        fitting.add(contract);
      }
    }
    return fitting;
  }

  List<CollectorStatus> statuses() {
    return List.of(files.status(), layers.status());
  }

  @Override
  public void close() {
    layers.close();
    files.close();
  }
}
