package io.bilgewatch.agent.risk;

/**
 * What happens when the tmpfs mounts fill: above a ratio of 1 the OOM killer comes before ENOSPC.
 *
 * @param roomBytes what the mounts may still take by their own sizes; infinite where one has none
 * @param headroomBytes what memory can still take before the OOM killer
 */
public record TmpfsRisk(double roomBytes, long headroomBytes) {

  public TmpfsRisk {
    if (roomBytes < 0 || headroomBytes < 0) {
      throw new IllegalArgumentException("negative room or headroom");
    }
  }

  /** Room over headroom; 0 where nothing more fits, whatever the headroom. */
  public double ratio() {
    if (roomBytes == 0) {
      return 0;
    }
    return headroomBytes == 0 ? Double.POSITIVE_INFINITY : roomBytes / headroomBytes;
  }
}
