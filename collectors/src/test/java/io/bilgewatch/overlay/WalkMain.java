package io.bilgewatch.overlay;

import io.bilgewatch.kernel.KernelPath;
import java.io.IOException;

/** One measurement in a process of its own, which may be given fewer capabilities. */
final class WalkMain {
  private WalkMain() {}

  public static void main(String[] arguments) throws IOException {
    OverlayAttributes attributes = OverlayAttributes.of("rw", OverlayAttributes.trustedReadable());
    try (LayerWalk walk = new LayerWalk(Budget.DEFAULT)) {
      System.out.println(
          walk.measure(KernelPath.of(arguments[0]), attributes, Pace.UNHINDERED)
              .map(WalkMain::describe));
    }
  }

  private static String describe(LayerMeasurement found) {
    LayerUsage usage = found.usage();
    return "%d inodes, %s, %d deleted, %s"
        .formatted(usage.inodes(), usage.changes(), usage.deletedEntries(), found.shortfall());
  }
}
