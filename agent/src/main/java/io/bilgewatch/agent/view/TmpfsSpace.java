package io.bilgewatch.agent.view;

import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.List;

/**
 * The tmpfs mounts that a container can write to, together, in bytes.
 *
 * @param bounded whether somebody set a size for each
 */
public record TmpfsSpace(long used, long size, boolean bounded) {

  /** Missing where one of them can't be told: a part of a sum would look like the whole. */
  static Reading<TmpfsSpace> of(List<Reading<TmpfsUsage>> mounts) {
    TmpfsSpace sum = new TmpfsSpace(0, 0, true);
    for (Reading<TmpfsUsage> mount : mounts) {
      switch (mount) {
        case Reading.Missing<TmpfsUsage> missing -> {
          return missing.as();
        }
        case Reading.Present<TmpfsUsage>(TmpfsUsage usage) when usage.isFillable() -> {
          if (!(usage.size() instanceof Limit.Bytes(long size)) || usage.usedBytes().isEmpty()) {
            return Reading.missing(
                Cause.UNSUPPORTED,
                "the kernel does not count what " + usage.mountPoint() + " holds: it has no size");
          }
          sum = sum.plus(usage.usedBytes().getAsLong(), size, usage.bounded());
        }
        case Reading.Present<TmpfsUsage> _ -> {}
      }
    }
    return Reading.of(sum);
  }

  private TmpfsSpace plus(long moreUsed, long moreSize, boolean alsoBounded) {
    return new TmpfsSpace(used + moreUsed, size + moreSize, bounded && alsoBounded);
  }
}
