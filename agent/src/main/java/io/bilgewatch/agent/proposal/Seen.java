package io.bilgewatch.agent.proposal;

import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.containerlog.FailureCount;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsUsage;
import io.bilgewatch.writes.ImageDirectory.Holds;
import io.bilgewatch.writes.WrittenPlace;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * What a proposal is made of.
 *
 * @param sealed whether its root is read-only already
 * @param incomplete why the places are not all; empty where they are
 * @param places that it wrote to in its layer
 * @param failures of writes, by its log
 * @param mounted its writable mounts
 * @param tmpfs those of them that are tmpfs; where the kernel does not count what is in one, by its
 *     files
 * @param image what the image has in a directory
 * @param headroom bytes that memory can still take; empty where it is not known
 * @param owner of a directory, as it is or should be, in the container's own numbers; empty where
 *     it is not known
 */
public record Seen(
    boolean sealed,
    Optional<String> incomplete,
    List<WrittenPlace> places,
    List<FailureCount> failures,
    List<WritableMount> mounted,
    List<TmpfsUsage> tmpfs,
    Function<KernelPath, Reading<Holds>> image,
    OptionalLong headroom,
    Function<KernelPath, Optional<Mount.Owner>> owner) {

  public Seen {
    places = List.copyOf(places);
    failures = List.copyOf(failures);
    mounted = List.copyOf(mounted);
    tmpfs = List.copyOf(tmpfs);
  }

  boolean isMounted(KernelPath path) {
    return mounted.stream().anyMatch(mount -> path.isAtOrBelow(mount.path()));
  }
}
