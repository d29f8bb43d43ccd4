package io.bilgewatch.agent.risk;

import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Missing;
import io.bilgewatch.kernel.Reading.Present;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Puts {@link TmpfsRisk} together from readings; one that is missing leaves the risk unknown. */
public final class TmpfsRisks {
  private TmpfsRisks() {}

  /**
   * @param mounts of one container, or of the host; those that share a device count once
   * @param headroomBytes the tightest of what the memory cgroup, its ancestors and the host leave
   */
  public static Reading<TmpfsRisk> of(
      List<Reading<TmpfsUsage>> mounts, Reading<Long> headroomBytes) {
    Reading<Double> room = room(mounts);
    if (!(room instanceof Present<Double>(Double bytes))) {
      return ((Missing<Double>) room).as();
    }
    return headroomBytes instanceof Present<Long>(Long headroom)
        ? Reading.of(new TmpfsRisk(bytes, Math.max(0, headroom)))
        : ((Missing<Long>) headroomBytes).as();
  }

  private static Reading<Double> room(List<Reading<TmpfsUsage>> mounts) {
    Set<String> counted = new HashSet<>();
    double room = 0;
    for (Reading<TmpfsUsage> mount : mounts) {
      if (!(mount instanceof Present<TmpfsUsage>(TmpfsUsage usage))) {
        return ((Missing<TmpfsUsage>) mount).as();
      }
      if (usage.isFillable() && counted.add(usage.device())) {
        room += usage.roomBytes();
      }
    }
    return Reading.of(room);
  }
}
