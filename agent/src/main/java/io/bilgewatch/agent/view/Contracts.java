package io.bilgewatch.agent.view;

import io.bilgewatch.agent.rule.ContractRule;
import io.bilgewatch.kernel.Reading.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Which containers keep their contracts.
 *
 * @param watched whether there is a directory of contracts
 * @param verdicts by container id, one for each contract that applies to it; none of a container
 *     that no contract applies to
 */
public record Contracts(boolean watched, Map<String, List<Verdict>> verdicts) {

  public static final Contracts NONE = new Contracts(false, Map.of());

  public Contracts {
    verdicts = Map.copyOf(verdicts);
  }

  /** Those of one container. */
  public List<Verdict> of(String containerId) {
    return verdicts.getOrDefault(containerId, List.of());
  }

  /** What is broken of a container's contracts, each once. */
  public List<Violation> violations(String containerId) {
    List<Violation> all = new ArrayList<>();
    for (Verdict verdict : of(containerId)) {
      for (Violation one : verdict.violations()) {
        if (all.stream().noneMatch(known -> known.isSame(one))) {
          all.add(one);
        }
      }
    }
    return all;
  }

  /** How a container keeps all its contracts, in few words. */
  public Standing standing(ContainerView container) {
    List<Verdict> all = of(container.id());
    if (all.isEmpty() || !container.running()) {
      return new Standing.None();
    }
    int violations = violations(container.id()).size();
    if (violations > 0) {
      return new Standing.Violated(violations);
    }
    for (Verdict verdict : all) {
      if (!verdict.notKnown().isEmpty()) {
        NotKnown first = verdict.notKnown().getFirst();
        return new Standing.Unknown(first.what() + ": " + first.why());
      }
    }
    return new Standing.Kept();
  }

  /** Whether a container keeps its contracts. */
  public sealed interface Standing {
    /** It has none, or does not run. */
    record None() implements Standing {}

    record Kept() implements Standing {}

    /**
     * It does not.
     *
     * @param violations how many
     */
    record Violated(int violations) implements Standing {}

    /** It has one, and nobody can tell. */
    record Unknown(String why) implements Standing {}
  }

  /**
   * How a container and a contract that applies to it agree.
   *
   * @param contract its name
   * @param notKnown what could not be found out: of that, nobody can say that it is kept
   */
  public record Verdict(
      String contract, String file, List<Violation> violations, List<NotKnown> notKnown) {
    public Verdict {
      violations = List.copyOf(violations);
      notKnown = List.copyOf(notKnown);
    }

    public State state() {
      if (!violations.isEmpty()) {
        return State.VIOLATED;
      }
      if (notKnown.isEmpty()) {
        return State.KEPT;
      }
      return notKnown.stream().allMatch(one -> one.cause() == Cause.NOT_APPLICABLE)
          ? State.NOT_RUNNING
          : State.UNKNOWN;
    }
  }

  /** In one word. */
  public enum State {
    KEPT,
    VIOLATED,
    UNKNOWN,
    NOT_RUNNING;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A rule that is broken.
   *
   * @param path empty where it is not about one
   * @param declared what the contract says
   * @param found what is
   */
  public record Violation(ContractRule rule, String path, String declared, String found) {
    public Violation {
      Objects.requireNonNull(rule, "rule");
    }

    /** Whether it is the same thing that is broken, whatever is found by now. */
    public boolean isSame(Violation other) {
      return rule == other.rule && path.equals(other.path);
    }
  }

  /** A part of a contract that could not be looked at. */
  public record NotKnown(String what, Cause cause, String why) {}
}
