package io.bilgewatch.agent.contract;

import io.bilgewatch.agent.view.Contracts.State;
import io.bilgewatch.agent.view.Contracts.Verdict;
import java.util.List;

/**
 * What comes out where containers are compared with contracts.
 *
 * @param checked in the order of the containers; those without a contract too
 * @param unused contracts that fit no container
 */
public record ContractCheck(List<Checked> checked, List<Contract> unused) {
  public ContractCheck {
    checked = List.copyOf(checked);
    unused = List.copyOf(unused);
  }

  /**
   * A container.
   *
   * @param verdicts one for each contract that applies to it
   */
  public record Checked(String name, String id, List<Verdict> verdicts) {
    public Checked {
      verdicts = List.copyOf(verdicts);
    }
  }

  /**
   * The worst of all; where nothing could be compared, nothing is known.
   *
   * @param named whether the containers were asked for by name: one that does not run is no answer
   */
  public State worst(boolean named) {
    List<State> states =
        checked.stream().flatMap(one -> one.verdicts().stream()).map(Verdict::state).toList();
    if (states.contains(State.VIOLATED)) {
      return State.VIOLATED;
    }
    boolean unknown =
        !states.contains(State.KEPT)
            || states.contains(State.UNKNOWN)
            || (named && states.contains(State.NOT_RUNNING));
    return unknown ? State.UNKNOWN : State.KEPT;
  }
}
