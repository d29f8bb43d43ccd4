package io.bilgewatch.agent.proposal;

import io.bilgewatch.agent.proposal.Remark.Kind;
import io.bilgewatch.containerlog.FailureCount;
import io.bilgewatch.containerlog.WriteFailure;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.WriteErrno;
import io.bilgewatch.overlay.LayerEntry;
import io.bilgewatch.writes.Changes;
import io.bilgewatch.writes.PathRules;
import io.bilgewatch.writes.WrittenPlace;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Writes that failed, by the container's log: what a sealed container does without, in silence. */
final class Failures {
  private static final Changes NOTHING = new Changes(0, 0, 0, 0, 0, 0, Instant.EPOCH);
  private static final Pattern ELSEWHERE = Pattern.compile("//|/\\.{1,2}(/|$)|./$");
  private static final KernelPath ROOT = KernelPath.of("/");

  private final Seen seen;
  private final PathRules rules;

  Failures(Seen seen, PathRules rules) {
    this.seen = seen;
    this.rules = rules;
  }

  /** Where a sealed container wanted to write and could not. */
  List<WrittenPlace> places() {
    return seen.failures().stream()
        .map(FailureCount::failure)
        .filter(this::isForWantOfMount)
        .flatMap(failure -> path(failure).stream())
        .distinct()
        .map(this::place)
        .toList();
  }

  /** What is in the root itself is a directory that is there, or should be. */
  private WrittenPlace place(KernelPath path) {
    boolean directory = Placement.parent(path).equals(ROOT);
    return directory
        ? new WrittenPlace(path, Optional.empty(), true, NOTHING, rules.ofDirectory(path))
        : new WrittenPlace(
            path, Optional.of(LayerEntry.Type.FILE), false, NOTHING, rules.ofFile(path));
  }

  private boolean isForWantOfMount(WriteFailure failure) {
    return seen.sealed() && failure.errno().map(errno -> errno == WriteErrno.EROFS).orElse(true);
  }

  List<Remark> remarks() {
    return seen.failures().stream().map(this::remark).toList();
  }

  private Remark remark(FailureCount count) {
    WriteFailure failure = count.failure();
    String text =
        "%s failed to write %s%s, last at %s"
            .formatted(
                failure.program().isEmpty() ? "it" : failure.program(),
                count.count() == 1 ? "once" : count.count() + " times",
                failure.errno().map(errno -> " (" + errno + ")").orElse(""),
                count.last());
    Optional<KernelPath> path = path(failure);
    if (path.isEmpty()) {
      return new Remark(ROOT, Kind.UNKNOWN, text + "; its log does not say where");
    }
    if (seen.isMounted(path.get()) && isForWantOfRights(failure)) {
      return new Remark(path.get(), Kind.MUST, text + "; give the mount to its user");
    }
    return new Remark(path.get(), Kind.NOTE, text);
  }

  private static boolean isForWantOfRights(WriteFailure failure) {
    return failure
        .errno()
        .map(errno -> errno == WriteErrno.EACCES || errno == WriteErrno.EPERM)
        .orElse(false);
  }

  private static Optional<KernelPath> path(WriteFailure failure) {
    return failure.path().filter(Failures::isPlain).map(KernelPath::of);
  }

  /** A log may say anything: what leads elsewhere is no place to mount something. */
  private static boolean isPlain(String path) {
    return path.startsWith("/") && !ELSEWHERE.matcher(path).find();
  }
}
