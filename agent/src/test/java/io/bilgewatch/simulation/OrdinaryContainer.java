package io.bilgewatch.simulation;

import static io.bilgewatch.simulation.Signal.MB;
import static io.bilgewatch.simulation.Signal.burst;
import static io.bilgewatch.simulation.Signal.constant;
import static io.bilgewatch.simulation.Signal.irregularSaw;
import static io.bilgewatch.simulation.Signal.noise;
import static io.bilgewatch.simulation.Signal.ramp;
import static io.bilgewatch.simulation.Signal.random;
import static io.bilgewatch.simulation.Signal.steps;

import java.util.List;
import java.util.stream.LongStream;

/**
 * What a container does that nobody need be told of, from its start on: idle ones, ones that log a
 * bit, caches that turn over, those that unpack something when they start.
 *
 * @param layer bytes of its writable layer
 * @param tmpfs bytes of its tmpfs
 * @param tmpfsSize in bytes
 * @param headroom bytes that memory has left before the OOM killer
 */
public record OrdinaryContainer(
    String name, Signal layer, Signal tmpfs, double tmpfsSize, Signal headroom) {
  private static final double SIZE = 64 * MB;

  /** So many, of all kinds in turns; the same ones for the same seed. */
  public static List<OrdinaryContainer> several(int count, long seed) {
    return LongStream.range(0, count).mapToObj(i -> one(i, 1000 * seed + i)).toList();
  }

  private static OrdinaryContainer one(long index, long seed) {
    double more = random(seed, 0);
    Signal pages = noise(seed, 8192 + 65536 * more).plus(constant(MB));
    return switch ((int) (index % 5)) {
      case 0 -> with("idle-" + index, constant(20 * MB), constant(4096 * more));
      case 1 -> with("pages-" + index, constant(5 * MB), pages);
      case 2 -> with("logs-" + index, logs(seed), steps(5, 60 + 60 * more, 2048));
      case 3 -> with("cache-" + index, constant(50 * MB), cache(seed, pages));
      default -> with("unpacks-" + index, unpacks(seed, 300 * MB), unpacks(seed, 0.3 * SIZE));
    };
  }

  /** Its memory is twice what the tmpfs may take, so that each can fill without a kill. */
  private static OrdinaryContainer with(String name, Signal layer, Signal tmpfs) {
    return new OrdinaryContainer(name, layer, tmpfs, SIZE, t -> 2 * SIZE - tmpfs.at(t) - 10 * MB);
  }

  private static Signal logs(long seed) {
    return constant(30 * MB).plus(ramp(0, 100 + 2000 * random(seed, 1))).plus(noise(seed, 2048));
  }

  private static Signal cache(long seed, Signal pages) {
    return irregularSaw(seed, 600 + 1800 * random(seed, 2), SIZE / 4).plus(pages);
  }

  private static Signal unpacks(long seed, double most) {
    double seconds = 1 + 14 * random(seed, 3);
    return burst(2 + 5 * random(seed, 4), seconds, most * (0.2 + 0.8 * random(seed, 5)));
  }
}
