package io.bilgewatch.writes;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.overlay.LayerEntry;
import io.bilgewatch.overlay.LayerVisitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Groups what a container wrote to the places that a person would name. A directory that the image
 * does not have is one place, with all below it; a file in a directory of the image is a place by
 * itself, until there are more than {@value #MOST_FILES} in that directory: then the directory is.
 * So is one whose place would be the {@value #MOST_PLACES}th: a container chooses how many there
 * are, and memory must not follow.
 *
 * <p>Who asks for certain paths gets each of them apart: a directory that leads to one is told as
 * those of the image are, whoever made it.
 */
public final class WrittenTree implements LayerVisitor {
  static final int MOST_FILES = 16;
  static final int MOST_PLACES = 4_096;

  /** Of a longer path, nobody would read the rest. */
  private static final int MOST_PATH = 4_096;

  private final PathRules rules;
  private final Set<KernelPath> apart;
  private final List<WrittenPlace> places = new ArrayList<>();

  /**
   * The directories of the image from the root to where the walk is, as far as it is in them, and
   * those that lead to what is told apart.
   */
  private final List<Level> levels = new ArrayList<>();

  /** Directories that were entered below the place that is being filled. */
  private int below;

  private byte[] path = new byte[256];
  private int pathLength;
  private final List<Integer> pathEnds = new ArrayList<>();
  private Optional<Place> filling = Optional.empty();

  /** A directory whose files are places of their own, or that is one. */
  private static final class Level {
    final List<WrittenPlace> files = new ArrayList<>();
    final Place whole;
    final long changedNanos;
    boolean folded;
    boolean holds;

    Level(KernelPath path, boolean ofTheImage, long changedNanos) {
      whole = new Place(path, ofTheImage);
      this.changedNanos = changedNanos;
      if (!ofTheImage) {
        whole.sums.addDirectory();
      }
    }
  }

  /** A place that is being filled. */
  private static final class Place {
    final KernelPath path;
    final boolean imageHas;
    final Sums sums = new Sums();
    final Map<PathRule, Sums> byRule = new HashMap<>();

    Place(KernelPath path, boolean imageHas) {
      this.path = path;
      this.imageHas = imageHas;
    }

    void add(PathRule rule, LayerEntry entry) {
      sums.add(entry);
      byRule.computeIfAbsent(rule, _ -> new Sums()).add(entry);
    }

    /** What must not be lost speaks for all of it, and what is nothing to speak of for none. */
    private List<Map.Entry<PathRule, Sums>> telling() {
      List<Map.Entry<PathRule, Sums>> kept = of(PathRule.Advice.VOLUME::equals);
      if (kept.isEmpty()) {
        kept = of(advice -> advice != PathRule.Advice.NONE);
      }
      return kept.isEmpty() ? of(_ -> true) : kept;
    }

    private List<Map.Entry<PathRule, Sums>> of(Predicate<PathRule.Advice> wanted) {
      return byRule.entrySet().stream().filter(one -> wanted.test(one.getKey().advice())).toList();
    }

    WrittenPlace written(PathRule otherwise) {
      PathRule what =
          telling().stream()
              .max(
                  Comparator.comparingLong(
                          (Map.Entry<PathRule, Sums> one) -> one.getValue().weight())
                      .thenComparing(one -> one.getKey().id()))
              .map(Map.Entry::getKey)
              .orElse(otherwise);
      return new WrittenPlace(path, Optional.empty(), imageHas, sums.changes(), what);
    }
  }

  public WrittenTree(PathRules rules) {
    this(rules, Set.of());
  }

  /**
   * @param apart paths as the container sees them, of which each is told for itself
   */
  public WrittenTree(PathRules rules, Set<KernelPath> apart) {
    this.rules = rules;
    this.apart = Set.copyOf(apart);
  }

  /** What was found, by path. */
  public List<WrittenPlace> places() {
    return places.stream().sorted(Comparator.comparing(WrittenPlace::path)).toList();
  }

  @Override
  public void start() {
    places.clear();
    levels.clear();
    pathEnds.clear();
    below = 0;
    pathLength = 0;
    filling = Optional.empty();
    levels.add(new Level(KernelPath.of("/"), true, 0));
  }

  @Override
  public void enter(byte[] name, boolean ofTheImage, long changedNanos) {
    push(name);
    if (filling.isEmpty()) {
      levels.getLast().holds = true;
    }
    if (filling.isPresent()) {
      below++;
      filling.get().sums.addDirectory();
    } else if (ofTheImage || leadsToWhatIsApart(here())) {
      levels.add(new Level(here(), ofTheImage, changedNanos));
    } else {
      filling = Optional.of(new Place(here(), false));
      filling.get().sums.addDirectory();
    }
  }

  private boolean leadsToWhatIsApart(KernelPath directory) {
    for (KernelPath path : apart) {
      if (path.isAtOrBelow(directory) && !path.equals(directory)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void entry(byte[] name, LayerEntry entry) {
    push(name);
    PathRule rule = rules.of(here().toString(), Optional.of(entry.type()));
    if (filling.isPresent()) {
      filling.get().add(rule, entry);
    } else {
      Level level = levels.getLast();
      level.holds = true;
      if (apart.contains(here())) {
        places.add(file(rule, entry));
      } else {
        level.whole.add(rule, entry);
        level.folded |= level.files.size() == MOST_FILES || isFull();
        if (!level.folded) {
          level.files.add(file(rule, entry));
        }
      }
    }
    pop();
  }

  private WrittenPlace file(PathRule rule, LayerEntry entry) {
    Sums sums = new Sums();
    sums.add(entry);
    boolean imageHas =
        entry.change() == LayerEntry.Change.MODIFIED || entry.change() == LayerEntry.Change.DELETED;
    return new WrittenPlace(here(), Optional.of(entry.type()), imageHas, sums.changes(), rule);
  }

  @Override
  public void leave() {
    if (below > 0) {
      below--;
    } else if (filling.isPresent()) {
      finish(filling.get());
      filling = Optional.empty();
    } else {
      finish(levels.removeLast());
    }
    pop();
  }

  /** The walk has ended: what is in the root itself. */
  public void end() {
    filling.ifPresent(this::finish);
    filling = Optional.empty();
    while (!levels.isEmpty()) {
      finish(levels.removeLast());
    }
  }

  private void finish(Level level) {
    if (!level.holds && level.whole.path.length() > 1 && !isFull()) {
      if (level.whole.imageHas) {
        level.whole.sums.addPassing(level.changedNanos);
      }
      finish(level.whole);
    } else if (level.folded) {
      finish(level.whole);
    } else {
      places.addAll(level.files);
    }
  }

  /** Beyond the bound it is a part of the directory that it is in. */
  private void finish(Place place) {
    if (isFull() && !levels.isEmpty() && !apart.contains(place.path)) {
      Level parent = levels.getLast();
      parent.folded = true;
      parent.whole.sums.add(place.sums);
      place.byRule.forEach(
          (rule, sums) -> parent.whole.byRule.computeIfAbsent(rule, _ -> new Sums()).add(sums));
    } else {
      places.add(place.written(rules.of(place.path + "/", Optional.empty())));
    }
  }

  private boolean isFull() {
    return places.size() >= MOST_PLACES;
  }

  private void push(byte[] name) {
    pathEnds.add(pathLength);
    if (pathLength + name.length + 1 > MOST_PATH) {
      return;
    }
    if (pathLength + name.length + 1 > path.length) {
      path = Arrays.copyOf(path, 2 * (pathLength + name.length + 1));
    }
    path[pathLength] = '/';
    System.arraycopy(name, 0, path, pathLength + 1, name.length);
    pathLength += name.length + 1;
  }

  private void pop() {
    pathLength = pathEnds.removeLast();
  }

  private KernelPath here() {
    return KernelPath.of(path, 0, pathLength);
  }
}
