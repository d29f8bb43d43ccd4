package io.bilgewatch.agent;

import io.bilgewatch.agent.contract.Comparison;
import io.bilgewatch.agent.contract.Contract;
import io.bilgewatch.agent.contract.ContractCheck;
import io.bilgewatch.agent.contract.ContractCheck.Checked;
import io.bilgewatch.agent.contract.ContractText;
import io.bilgewatch.agent.contract.Observed;
import io.bilgewatch.agent.contract.Observed.Failure;
import io.bilgewatch.agent.proposal.Proposal;
import io.bilgewatch.agent.proposal.Writes;
import io.bilgewatch.agent.proposal.Written;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Contracts.NotKnown;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.agent.view.WrittenLayer;
import io.bilgewatch.agent.watch.HostWatch;
import io.bilgewatch.containerlog.FailureCount;
import io.bilgewatch.containerlog.WriteFailure;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.WriteErrno;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the commands about contracts ask of a host. */
final class ContractCommands {
  private final BiFunction<ContainerView, Set<KernelPath>, Written> written;
  private final Function<ContainerView, Writes> writes;

  /**
   * @param written reads what a container wrote, with these paths told each for itself
   * @param writes the same, and thinks of what it would need, which is dear
   */
  ContractCommands(
      BiFunction<ContainerView, Set<KernelPath>, Written> written,
      Function<ContainerView, Writes> writes) {
    this.written = written;
    this.writes = writes;
  }

  /**
   * @param watch that looked at the host once; layers are read when they are asked for
   */
  static ContractCommands of(HostWatch watch) {
    return new ContractCommands(
        (container, apart) -> watch.written(container, apart, new WalkProgress(System.err)),
        container -> watch.writes(container, new WalkProgress(System.err)));
  }

  /**
   * @param regardless whether all contracts are for all these containers, whatever they say
   */
  ContractCheck check(
      List<Contract> contracts, List<ContainerView> containers, boolean regardless) {
    List<Checked> checked = new ArrayList<>();
    Set<Contract> used = new HashSet<>();
    for (ContainerView container : containers) {
      List<Contract> fitting =
          contracts.stream()
              .filter(one -> regardless || one.appliesTo().fits(container.container().state()))
              .toList();
      used.addAll(fitting);
      checked.add(new Checked(container.name(), container.id(), verdicts(container, fitting)));
    }
    return new ContractCheck(
        checked, contracts.stream().filter(one -> !used.contains(one)).toList());
  }

  private List<Verdict> verdicts(ContainerView container, List<Contract> contracts) {
    if (contracts.isEmpty()) {
      return List.of();
    }
    if (!container.running()) {
      Observed stopped =
          Observed.of(container, Reading.notApplicable("it does not run"), List.of());
      return contracts.stream().map(one -> Comparison.of(one, stopped)).toList();
    }
    Set<KernelPath> declared =
        contracts.stream().flatMap(Contract::paths).collect(Collectors.toSet());
    Written found = written.apply(container, declared);
    Observed observed = observed(container, found);
    return contracts.stream()
        .map(one -> withLog(Comparison.of(one, observed), found.failures()))
        .toList();
  }

  /** Without a log nobody tells of failures, and that is no fault; one that can't be read is. */
  private static Verdict withLog(Verdict verdict, Reading<List<FailureCount>> failures) {
    if (!(failures instanceof Reading.Missing<List<FailureCount>>(var cause, String why))
        || !cause.isFault()) {
      return verdict;
    }
    List<NotKnown> notKnown = new ArrayList<>(verdict.notKnown());
    notKnown.add(new NotKnown("log", cause, why));
    return new Verdict(verdict.contract(), verdict.file(), verdict.violations(), notKnown);
  }

  private static Observed observed(ContainerView container, Written written) {
    List<Failure> failures =
        written.failures().orElse(List.of()).stream()
            .map(FailureCount::failure)
            .flatMap(ContractCommands::failure)
            .toList();
    return Observed.of(container, written.layer(), failures);
  }

  private static Stream<Failure> failure(WriteFailure failure) {
    String why = failure.errno().map(WriteErrno::name).orElse("failed");
    return failure.path().filter(path -> path.startsWith("/")).stream()
        .map(path ->
            new Failure(KernelPath.of(path), "%s: %s, told by its log".formatted(path, why)));
  }

  /** The contract as text. */
  String init(ContainerView container) throws IOException {
    if (!container.running()) {
      throw new IOException("it does not run; start it, and let it do what it does");
    }
    Writes found = writes.apply(container);
    if (found.layer() instanceof Reading.Missing<WrittenLayer>(_, String why)) {
      throw new IOException("its layer can't be read: " + why);
    }
    if (!(container.writableMounts() instanceof Reading.Present<List<WritableMount>>(var mounts))) {
      throw new IOException(
          "its mounts can't be read: "
              + ((Reading.Missing<List<WritableMount>>) container.writableMounts()).detail());
    }
    Optional<Proposal> proposal =
        container.rootReadOnly().orElse(false) ? Optional.empty() : Optional.of(found.proposal());
    return ContractText.of(container, mounts, proposal);
  }
}
