package io.bilgewatch.agent.proposal;

import io.bilgewatch.agent.proposal.Placement.Where;
import io.bilgewatch.agent.proposal.Proposal.Verdict;
import io.bilgewatch.agent.proposal.Remark.Kind;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.writes.PathRule;
import io.bilgewatch.writes.PathRule.Advice;
import io.bilgewatch.writes.PathRules;
import io.bilgewatch.writes.WrittenPlace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes the least set of mounts with which a container can write what it was seen to write.
 *
 * <p>A directory in which the image has no file is mounted over. A file in another directory can't
 * be: the mount would hide what is beside it, so a setting moves it, or the image must be changed.
 */
public final class Proposer {
  /** A container that writes to more places than that has to be told one. */
  static final int MOST_MOUNTS = 32;

  private static final KernelPath ROOT = KernelPath.of("/");
  private static final KernelPath TMP = KernelPath.of("/tmp");

  private final Seen seen;
  private final Placement placement;
  private final Map<KernelPath, Needed> needed = new TreeMap<>();
  private final Map<String, Setting> settings = new TreeMap<>();
  private final List<Remark> remarks = new ArrayList<>();

  private Proposer(Seen seen, PathRules rules) {
    this.seen = seen;
    this.placement = new Placement(seen, rules);
  }

  public static Proposal of(Seen seen) {
    PathRules rules = PathRules.shipped();
    return new Proposer(seen, rules).propose(new Failures(seen, rules));
  }

  private Proposal propose(Failures failures) {
    seen.places().forEach(this::consider);
    failures.places().forEach(this::consider);
    remarks.addAll(failures.remarks());
    TmpfsRoom room = new TmpfsRoom(seen);
    room.unbounded().forEach(one -> needed.putIfAbsent(one.path, one));
    remarks.addAll(room.uncounted());
    joinSiblings();
    List<Mount> mounts = room.fit(withoutNested(), remarks);
    if (mounts.size() > MOST_MOUNTS) {
      mounts = List.of();
      remarks.add(
          new Remark(
              ROOT,
              Kind.MUST,
              "it writes to more than %d places: let it write below a few of them"
                  .formatted(MOST_MOUNTS)));
    }
    seen.incomplete().ifPresent(why -> remarks.add(new Remark(ROOT, Kind.UNKNOWN, why)));
    remarks.sort(Comparator.comparing(Remark::path));
    List<Setting> all = List.copyOf(settings.values());
    return new Proposal(
        verdict(mounts.isEmpty() && all.isEmpty()), seen.sealed(), mounts, all, remarks);
  }

  private Verdict verdict(boolean nothing) {
    if (remarks.stream().anyMatch(remark -> remark.kind() == Kind.MUST)) {
      return Verdict.CHANGE;
    }
    if (remarks.stream().anyMatch(remark -> remark.kind() == Kind.UNKNOWN)) {
      return Verdict.UNKNOWN;
    }
    return nothing ? Verdict.READY : Verdict.MOUNTS;
  }

  private void consider(WrittenPlace place) {
    PathRule rule = place.what();
    switch (rule.advice()) {
      case NONE -> {
        if (!rule.hint().isEmpty()) {
          remark(place, Kind.NOTE, rule.hint());
        }
      }
      case BUILD -> remark(place, rule.must() ? Kind.MUST : Kind.NOTE, rule.hint());
      case SETTING -> {
        if (rule.environment().isEmpty()) {
          mount(place);
        } else {
          set(place);
        }
      }
      case TMPFS, VOLUME, STDOUT, ASK -> mount(place);
    }
  }

  private void mount(WrittenPlace place) {
    switch (placement.of(place)) {
      case Where.Mounted _ -> {}
      case Where.At(KernelPath directory, boolean ofTheImage, Optional<String> note) -> {
        note.ifPresent(text -> remarks.add(new Remark(directory, Kind.NOTE, text)));
        advise(place);
        needed
            .computeIfAbsent(directory, path -> new Needed(path, kind(place), ofTheImage))
            .add(place);
      }
      case Where.Unknown(String why) ->
          remark(place, Kind.UNKNOWN, "whether a mount hides something is not known: " + why);
      case Where.Nowhere(String why) -> {
        if (isPassing(place)) {
          remark(place, Kind.UNKNOWN, "something came and went there, and " + why);
        } else if (place.what().environment().isEmpty()) {
          remark(place, Kind.MUST, otherwise(place, why));
        } else {
          set(place);
        }
      }
    }
  }

  /** Nobody knows what it was, or whether more than the directory's mode was changed. */
  private static boolean isPassing(WrittenPlace place) {
    return place.type().isEmpty() && place.changes().isPassing();
  }

  private static String otherwise(WrittenPlace place, String why) {
    return why
        + "; "
        + (place.what().hint().isEmpty()
            ? "let the program write it elsewhere"
            : place.what().hint());
  }

  private void advise(WrittenPlace place) {
    if (place.what().advice() == Advice.STDOUT) {
      remark(place, Kind.NOTE, "ends where the tmpfs is full; " + place.what().hint());
    } else if (place.what().advice() == Advice.ASK) {
      remark(place, Kind.NOTE, "is lost at each start; take a volume where it must not be");
    } else if (!place.what().hint().isEmpty()) {
      remark(place, Kind.NOTE, place.what().hint());
    }
  }

  private void set(WrittenPlace place) {
    place
        .what()
        .environment()
        .forEach((name, value) -> {
          settings.putIfAbsent(name, new Setting(name, value, place.what().what()));
          if (KernelPath.of(value).isAtOrBelow(TMP)
              && !seen.isMounted(TMP)
              && isTemporaryEmpty(place)) {
            needed
                .computeIfAbsent(TMP, path -> new Needed(path, Mount.Kind.TMPFS, true))
                .add(place);
          }
        });
    if (!place.what().hint().isEmpty()) {
      remark(place, Kind.NOTE, place.what().hint());
    }
  }

  private boolean isTemporaryEmpty(WrittenPlace place) {
    boolean empty = placement.isEmpty(TMP);
    if (!empty) {
      remark(place, Kind.MUST, "it could go to /tmp, if the image had nothing there");
    }
    return empty;
  }

  private void remark(WrittenPlace place, Kind kind, String text) {
    remarks.add(new Remark(place.path(), kind, place.what().what() + ": " + text));
  }

  private static Mount.Kind kind(WrittenPlace place) {
    return place.what().advice() == Advice.VOLUME ? Mount.Kind.VOLUME : Mount.Kind.TMPFS;
  }

  /** Several directories that were made in an empty one of the image are that one. */
  private void joinSiblings() {
    Map<KernelPath, List<Needed>> siblings = new TreeMap<>();
    for (Needed one : needed.values()) {
      if (!one.isOfTheImage()) {
        siblings.computeIfAbsent(Placement.parent(one.path), _ -> new ArrayList<>()).add(one);
      }
    }
    siblings.forEach((parent, ones) -> {
      boolean alike = ones.stream().map(Needed::kind).distinct().count() == 1;
      if (ones.size() > 1 && alike && placement.isEmpty(parent)) {
        Needed joined =
            needed.getOrDefault(parent, new Needed(parent, ones.getFirst().kind(), true));
        if (joined.kind() == ones.getFirst().kind()) {
          ones.forEach(one -> needed.remove(one.path));
          ones.forEach(joined::take);
          needed.put(parent, joined);
        }
      }
    });
  }

  private List<Needed> withoutNested() {
    List<Needed> kept = new ArrayList<>();
    for (Needed one : needed.values()) {
      Optional<Needed> above = kept.stream().filter(one::isPartOf).findFirst();
      if (above.isPresent()) {
        above.get().take(one);
      } else {
        kept.add(one);
      }
    }
    return kept;
  }
}
