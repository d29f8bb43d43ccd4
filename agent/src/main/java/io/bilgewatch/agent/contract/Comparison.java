package io.bilgewatch.agent.contract;

import static io.bilgewatch.agent.rule.ContractRule.NEVER_WRITABLE;
import static io.bilgewatch.agent.rule.ContractRule.ROOT_USER;
import static io.bilgewatch.agent.rule.ContractRule.ROOT_WRITABLE;
import static io.bilgewatch.agent.rule.ContractRule.WRITE_FAILED;
import static io.bilgewatch.agent.rule.ContractRule.WRITE_UNDECLARED;
import static io.bilgewatch.agent.rule.ContractRule.WRONG_USER;

import io.bilgewatch.agent.rule.ContractRule;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.view.Contracts.NotKnown;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.Contracts.Violation;
import io.bilgewatch.agent.view.ProcessUser;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.agent.view.WrittenLayer;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.writes.WrittenPlace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares what is declared with what is: a pure function of both. */
public final class Comparison {
  /** A container chooses where it writes; of each rule so many paths are told. */
  static final int MOST_PATHS = 64;

  /** The rule of the written places that engines make in every layer. */
  private static final String OF_DOCKER = "docker";

  private final Contract contract;
  private final Observed observed;
  private final List<Violation> violations = new ArrayList<>();
  private final List<NotKnown> notKnown = new ArrayList<>();

  private Comparison(Contract contract, Observed observed) {
    this.contract = contract;
    this.observed = observed;
  }

  /** Of a container that the contract applies to. */
  public static Verdict of(Contract contract, Observed observed) {
    return new Comparison(contract, observed).verdict();
  }

  private Verdict verdict() {
    if (!observed.running()) {
      notKnown.add(new NotKnown("all", Cause.NOT_APPLICABLE, "it does not run"));
    } else {
      root();
      user();
      mounts();
      writes();
      failures();
    }
    return new Verdict(contract.name(), contract.file(), violations, notKnown);
  }

  private void root() {
    switch (observed.rootReadOnly()) {
      case Reading.Missing<Boolean> missing when contract.rootReadOnly() ->
          notKnown("root", missing);
      case Reading.Present<Boolean>(Boolean readOnly) when contract.rootReadOnly() && !readOnly ->
          violations.add(new Violation(ROOT_WRITABLE, "", "root: read-only", "writable"));
      default -> {}
    }
  }

  private void user() {
    if (contract.user() instanceof AllowedUser.Any) {
      return;
    }
    switch (observed.user()) {
      case Reading.Missing<ProcessUser> missing -> notKnown("user", missing);
      case Reading.Present<ProcessUser>(ProcessUser user) -> {
        Optional<Boolean> allowed = contract.user().allows(user);
        if (allowed.isEmpty()) {
          notKnown.add(
              new NotKnown(
                  "user", Cause.UNSUPPORTED, "its group can't be told in a user namespace"));
        } else if (!allowed.get()) {
          violations.add(
              new Violation(
                  user.uid() == 0 ? ROOT_USER : WRONG_USER,
                  "",
                  "user: " + contract.user().text(),
                  "runs as " + user));
        }
      }
    }
  }

  private void mounts() {
    switch (observed.mounts()) {
      case Reading.Missing<List<WritableMount>> missing -> notKnown("mounts", missing);
      case Reading.Present<List<WritableMount>>(List<WritableMount> mounts) -> {
        new MountComparison(contract, observed, mounts, violations, notKnown).compare();
        never(mounts);
      }
    }
  }

  private void never(List<WritableMount> mounts) {
    for (KernelPath path : contract.neverWritable()) {
      for (WritableMount mount : mounts) {
        boolean touches =
            mount.path().isAtOrBelow(path)
                || (path.isAtOrBelow(mount.path()) && contract.declared(mount.path()).isEmpty());
        if (touches && !EngineMounts.isOne(mount, observed)) {
          violated(
              NEVER_WRITABLE, path, "a writable %s at %s".formatted(kind(mount), mount.path()));
        }
      }
    }
  }

  private static String kind(WritableMount mount) {
    return mount.kind().label();
  }

  private void writes() {
    switch (observed.written()) {
      case Reading.Missing<WrittenLayer> missing -> notKnown("layer", missing);
      case Reading.Present<WrittenLayer>(WrittenLayer layer) -> {
        layer
            .shortfall()
            .ifPresent(why ->
                notKnown.add(new NotKnown("layer", Cause.FAILED, "not all was read: " + why)));
        List<WrittenPlace> undeclared = layer.places().stream().filter(this::isUndeclared).toList();
        undeclared.stream().limit(MOST_PATHS).forEach(this::undeclared);
        for (KernelPath path : contract.neverWritable()) {
          undeclared.stream()
              .filter(place -> place.path().isAtOrBelow(path))
              .findFirst()
              .ifPresent(place -> violated(NEVER_WRITABLE, path, "written: " + place.path()));
          undeclared.stream()
              .filter(place -> isManyAbove(place, path))
              .findFirst()
              .ifPresent(place -> notTold(path, place));
        }
      }
    }
  }

  /** Of a directory with very many changes it is not told which they are. */
  private static boolean isManyAbove(WrittenPlace place, KernelPath path) {
    return place.type().isEmpty() && !place.path().equals(path) && path.isAtOrBelow(place.path());
  }

  private void notTold(KernelPath path, WrittenPlace place) {
    notKnown.add(
        new NotKnown(
            path.toString(),
            Cause.UNSUPPORTED,
            "too much was written in " + place.path() + " to tell whether this was"));
  }

  /**
   * What engines make for mounts is no write: a directory with nothing in it, an empty file; nor is
   * such a directory that leads to what is declared.
   */
  private boolean isUndeclared(WrittenPlace place) {
    boolean ofDocker = place.what().id().equals(OF_DOCKER) && place.changes().bytes() == 0;
    if (contract.covers(place.path()) || ofDocker) {
      return false;
    }
    boolean empty =
        place.type().isEmpty()
            ? place.changes().lastChange().equals(Instant.EPOCH)
            : place.changes().bytes() == 0 && observed.isAskedFor(place.path());
    boolean leads = place.type().isEmpty() && contract.leadsTo(place.path());
    return !(empty && (leads || observed.isMountedAtOrBelow(place.path())));
  }

  private void undeclared(WrittenPlace place) {
    violations.add(
        new Violation(
            WRITE_UNDECLARED,
            place.path().toString(),
            "no writable path",
            "%s, %s in the layer"
                .formatted(place.what().what(), Humanly.bytes(place.changes().bytes()))));
  }

  private void failures() {
    for (WritablePath one : contract.writable()) {
      observed.failures().stream()
          .filter(failure -> failure.path().isAtOrBelow(one.path()))
          .findFirst()
          .ifPresent(failure -> violated(WRITE_FAILED, one.path(), failure.text()));
    }
    List<WritablePath> volumes =
        contract.writable().stream()
            .filter(one ->
                one.kind() == WritablePath.Kind.VOLUME || one.kind() == WritablePath.Kind.BIND)
            .toList();
    if (volumes.isEmpty()) {
      return;
    }
    switch (observed.volumesWritable()) {
      case Reading.Missing<Boolean> missing when missing.cause() != Cause.NOT_APPLICABLE ->
          notKnown("volumes", missing);
      case Reading.Present<Boolean>(Boolean may) when !may -> {
        String path = volumes.size() == 1 ? volumes.getFirst().path().toString() : "";
        if (violations.stream().noneMatch(one -> one.rule() == WRITE_FAILED)) {
          violations.add(
              new Violation(
                  WRITE_FAILED, path, "writable", "its user may not write to a volume or bind"));
        }
      }
      default -> {}
    }
  }

  /** Once for a path, whatever else is found there. */
  private void violated(ContractRule rule, KernelPath path, String found) {
    String declared = rule == NEVER_WRITABLE ? "never-writable" : "writable";
    Violation violation = new Violation(rule, path.toString(), declared, found);
    if (violations.stream().noneMatch(violation::isSame)) {
      violations.add(violation);
    }
  }

  private void notKnown(String what, Reading.Missing<?> missing) {
    notKnown.add(new NotKnown(what, missing.cause(), missing.detail()));
  }
}
