package io.bilgewatch.agent.proposal;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.writes.ImageDirectory.Holds;
import io.bilgewatch.writes.PathRule.Advice;
import io.bilgewatch.writes.PathRules;
import io.bilgewatch.writes.WrittenPlace;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where a mount has to be, so that a place is below it and nothing of the image is hidden. */
final class Placement {
  private final Seen seen;
  private final PathRules rules;

  /** A directory is looked into once, however many places are in it. */
  private final Map<KernelPath, Reading<Holds>> held = new HashMap<>();

  Placement(Seen seen, PathRules rules) {
    this.seen = seen;
    this.rules = rules;
  }

  /** Where. */
  sealed interface Where {
    /**
     * @param ofTheImage whether the image has the directory, and so its owner and mode
     * @param note what is to be known of it
     */
    record At(KernelPath directory, boolean ofTheImage, Optional<String> note) implements Where {}

    /** There is a mount already. */
    record Mounted() implements Where {}

    /** No mount can help. */
    record Nowhere(String why) implements Where {}

    record Unknown(String why) implements Where {}
  }

  Where of(WrittenPlace place) {
    KernelPath directory = place.type().isEmpty() ? place.path() : parent(place.path());
    if (seen.isMounted(directory)) {
      return new Where.Mounted();
    }
    if (directory.length() <= 1) {
      return new Where.Nowhere("nothing can be mounted on the root itself");
    }
    if (!isPlain(directory)) {
      return new Where.Nowhere("a name like that can't be written in an option");
    }
    if (place.type().isEmpty() && !place.imageHas()) {
      return isTemporary(parent(directory)) && isEmpty(parent(directory))
          ? new Where.At(parent(directory), true, Optional.empty())
          : new Where.At(directory, false, Optional.empty());
    }
    boolean data = rules.ofDirectory(directory).advice() == Advice.VOLUME;
    boolean changed = place.changes().modified() + place.changes().deleted() > 0;
    if (changed && !data) {
      return new Where.Nowhere("it changes what the image has");
    }
    return where(directory, data);
  }

  /** What is made there has another name each time. */
  private boolean isTemporary(KernelPath directory) {
    return rules.ofDirectory(directory).id().equals(PathRules.TEMPORARY);
  }

  /** Whether a mount there hides nothing of the image. */
  boolean isEmpty(KernelPath directory) {
    return directory.length() > 1
        && holds(directory).optional().filter(Holds.NOTHING::equals).isPresent();
  }

  private Reading<Holds> holds(KernelPath directory) {
    return held.computeIfAbsent(directory, seen.image());
  }

  private Where where(KernelPath directory, boolean data) {
    return switch (holds(directory)) {
      case Reading.Missing<Holds>(_, String why) -> new Where.Unknown(why);
      case Reading.Present<Holds>(Holds holds) ->
          switch (holds) {
            case NOTHING -> new Where.At(directory, true, Optional.empty());
            case DIRECTORIES ->
                new Where.At(
                    directory,
                    true,
                    data
                        ? Optional.empty()
                        : Optional.of("the mount hides empty directories of the image"));
            case FILES ->
                data
                    ? new Where.At(
                        directory,
                        true,
                        Optional.of(
                            "Docker copies the image's files into a new volume, Kubernetes does not"))
                    : new Where.Nowhere("a mount would hide files of the image");
          };
    };
  }

  static KernelPath parent(KernelPath path) {
    int slash = path.length() - 1;
    while (slash > 0 && path.at(slash) != '/') {
      slash--;
    }
    return KernelPath.of(path.bytes(), 0, Math.max(1, slash));
  }

  /** Colons and commas part what an option of Docker's holds. */
  private static boolean isPlain(KernelPath path) {
    String text = path.toString();
    return KernelPath.of(text).equals(path)
        && text.codePoints()
            .noneMatch(c ->
                c == ':'
                    || c == ','
                    || c == '"'
                    || c == '\\'
                    || Character.getType(c) == Character.FORMAT
                    || Character.isISOControl(c));
  }
}
