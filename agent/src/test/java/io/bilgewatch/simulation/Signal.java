package io.bilgewatch.simulation;

/** Bytes as a function of seconds: made up, and the same each time. */
@FunctionalInterface
public interface Signal {
  double MB = 1 << 20;
  double GB = 1 << 30;

  double at(double seconds);

  static Signal constant(double bytes) {
    return _ -> bytes;
  }

  /** From a moment on, so many bytes a second. */
  static Signal ramp(double from, double bytesPerSecond) {
    return t -> Math.max(0, t - from) * bytesPerSecond;
  }

  /** From a moment on, for some seconds, so many bytes in all. */
  static Signal burst(double from, double seconds, double bytes) {
    return t -> Math.clamp((t - from) / seconds, 0, 1) * bytes;
  }

  /** So many bytes at once, each time a period is over. */
  static Signal steps(double from, double period, double bytes) {
    return t -> t < from ? 0 : Math.floor((t - from) / period + 1) * bytes;
  }

  /** Rises for a part of each period, and is cleaned up then. */
  static Signal saw(double period, double height) {
    return t -> (t % period) / period * height;
  }

  /** Teeth of different lengths and heights: between a third and all of the given. */
  static Signal irregularSaw(long seed, double period, double height) {
    return t -> {
      double start = 0;
      int tooth = 0;
      while (true) {
        double length = period * (1 + 2 * random(seed, 2L * tooth)) / 3;
        if (t < start + length) {
          double top = height * (1 + 2 * random(seed, 2L * tooth + 1)) / 3;
          return (t - start) / length * top;
        }
        start += length;
        tooth++;
      }
    };
  }

  /** There for some seconds of each period. */
  static Signal spikes(double period, double seconds, double bytes) {
    return t -> t % period >= period - seconds ? bytes : 0;
  }

  /** Evenly between minus and plus an amplitude, another each second. */
  static Signal noise(long seed, double amplitude) {
    return t -> (2 * random(seed, (long) Math.floor(t)) - 1) * amplitude;
  }

  /** Normal noise, another each second. */
  static Signal normalNoise(long seed, double sigma) {
    return t -> {
      double sum = -6;
      for (int i = 0; i < 12; i++) {
        sum += random(seed + i, (long) Math.floor(t));
      }
      return sum * sigma;
    };
  }

  default Signal plus(Signal other) {
    return t -> at(t) + other.at(t);
  }

  /** This one until then, the other from then on, by its own time. */
  default Signal then(double from, Signal other) {
    return t -> t < from ? at(t) : other.at(t - from);
  }

  default Signal atMost(double bytes) {
    return t -> Math.min(bytes, at(t));
  }

  /** 0 to 1, by SplitMix64 of seed and index: any index at once, which a generator can't do. */
  static double random(long seed, long index) {
    long z = seed * 0x9e3779b97f4a7c15L + index * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
  }
}
