package io.bilgewatch.agent.contract;

import io.bilgewatch.kernel.KernelPath;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a service may write, and how much.
 *
 * @param file that it was read from, for people
 * @param writable in the order of the file
 * @param neverWritable none of them at, above or below a writable one
 */
public record Contract(
    String name,
    String file,
    Selector appliesTo,
    boolean rootReadOnly,
    AllowedUser user,
    List<WritablePath> writable,
    List<KernelPath> neverWritable) {

  public Contract {
    Objects.requireNonNull(name, "name");
    writable = List.copyOf(writable);
    neverWritable = List.copyOf(neverWritable);
  }

  /** What is declared of this very path. */
  Optional<WritablePath> declared(KernelPath path) {
    for (WritablePath one : writable) {
      if (one.path().equals(path)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** All that it says something of. */
  public Stream<KernelPath> paths() {
    return Stream.concat(writable.stream().map(WritablePath::path), neverWritable.stream());
  }

  /**
   * Whether a directory is on the way to something that is declared: whoever makes that makes it.
   */
  boolean leadsTo(KernelPath directory) {
    return writable.stream().anyMatch(one -> one.path().isAtOrBelow(directory));
  }

  /** Whether something is declared that this path is at or below. */
  boolean covers(KernelPath path) {
    return writable.stream().anyMatch(one -> path.isAtOrBelow(one.path()));
  }
}
