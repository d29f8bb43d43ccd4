package io.bilgewatch.simulation;

import static io.bilgewatch.simulation.Scenario.filesystem;
import static io.bilgewatch.simulation.Scenario.layer;
import static io.bilgewatch.simulation.Scenario.tmpfs;
import static io.bilgewatch.simulation.Signal.GB;
import static io.bilgewatch.simulation.Signal.MB;
import static io.bilgewatch.simulation.Signal.burst;
import static io.bilgewatch.simulation.Signal.constant;
import static io.bilgewatch.simulation.Signal.irregularSaw;
import static io.bilgewatch.simulation.Signal.noise;
import static io.bilgewatch.simulation.Signal.normalNoise;
import static io.bilgewatch.simulation.Signal.ramp;
import static io.bilgewatch.simulation.Signal.saw;
import static io.bilgewatch.simulation.Signal.spikes;
import static io.bilgewatch.simulation.Signal.steps;

import java.util.List;

/** The histories that forecasts are judged by. */
final class Scenarios {
  private static final double HOUR = 3600;

  private Scenarios() {}

  /** What never fills, however it looks. */
  static final List<Scenario> HARMLESS =
      List.of(
          tmpfs("idle, some pages come and go", 64 * MB, HOUR, noise(1, 16384).plus(constant(MB))),
          tmpfs("noise of a megabyte", 64 * MB, HOUR, noise(2, MB).plus(constant(30 * MB))),
          tmpfs(
              "normal noise near the limit",
              64 * MB,
              HOUR,
              normalNoise(3, MB).plus(constant(58 * MB))),
          tmpfs("start-up burst, 30 % in 2 s", 64 * MB, HOUR, burst(3, 2, 19 * MB)),
          tmpfs("start-up burst, 60 % in 5 s", 64 * MB, HOUR, burst(3, 5, 38 * MB)),
          tmpfs("start-up burst, 20 % in 20 s", 64 * MB, HOUR, burst(3, 20, 13 * MB)),
          tmpfs("start-up burst, 30 % in 60 s", 64 * MB, HOUR, burst(3, 60, 19 * MB)),
          tmpfs("unpacking after an hour, 90 % in 3 s", 64 * MB, 2 * HOUR, burst(HOUR, 3, 58 * MB)),
          tmpfs(
              "two bursts, 20 % in 4 s each",
              64 * MB, HOUR, burst(5, 4, 13 * MB).plus(burst(900, 4, 13 * MB))),
          tmpfs(
              "burst onto a noisy plateau",
              64 * MB,
              HOUR,
              burst(10, 8, 30 * MB).plus(noise(4, MB / 2)).plus(constant(MB))),
          tmpfs(
              "a warming cache, levels off at 70 %",
              64 * MB, HOUR, t -> 45 * MB * (1 - StrictMath.exp(-t / 120))),
          tmpfs(
              "five steps of 5 MB, ten minutes apart",
              64 * MB,
              2 * HOUR,
              steps(600, 600, 5 * MB).atMost(25 * MB)),
          tmpfs(
              "saw-tooth, 20 to 50 % each minute",
              64 * MB, HOUR, constant(13 * MB).plus(saw(60, 19 * MB))),
          tmpfs(
              "saw-tooth, 70 to 83 % each 30 s",
              64 * MB, HOUR, constant(45 * MB).then(120, constant(45 * MB).plus(saw(30, 8 * MB)))),
          tmpfs(
              "saw-tooth, 10 to 60 % each 40 min",
              64 * MB, 4 * HOUR, constant(6 * MB).plus(saw(2400, 32 * MB))),
          tmpfs("irregular saw-tooth up to 55 %", 64 * MB, 2 * HOUR, irregularSaw(5, 90, 35 * MB)),
          tmpfs(
              "irregular slow saw-tooth with noise",
              64 * MB,
              6 * HOUR,
              irregularSaw(6, 900, 40 * MB).plus(noise(7, MB)).plus(constant(MB))),
          tmpfs(
              "a temporary file of 60 %, 10 s of each 5 min",
              64 * MB, 2 * HOUR, constant(4 * MB).plus(spikes(300, 10, 38 * MB))),
          tmpfs(
                  "a jump of 50 % while nobody measured",
                  64 * MB, HOUR, constant(4 * MB).plus(burst(1000, 30, 32 * MB)))
              .stuck(900, 1500),
          tmpfs(
                  "plateau, the agent restarts",
                  64 * MB,
                  HOUR,
                  constant(20 * MB).plus(burst(1800, 5, 20 * MB)))
              .restarted(1780, 1815, 0),
          tmpfs(
                  "plateau, restart and a clock an hour ahead",
                  64 * MB,
                  2 * HOUR,
                  burst(100, 10, 30 * MB).plus(noise(8, 200_000)).plus(constant(MB)))
              .restarted(1780, 1810, HOUR),
          tmpfs(
                  "saw-tooth, restart and a clock an hour back",
                  64 * MB,
                  2 * HOUR,
                  constant(5 * MB).plus(saw(300, 15 * MB)))
              .restarted(3630, 3660, -HOUR),
          filesystem(
              "log rotation at 2 GB of 40",
              40 * GB,
              24,
              constant(20 * GB).plus(saw(5 * HOUR, 2 * GB))),
          filesystem(
              "nightly build, 10 GB for an hour, 30 of 100 free",
              100 * GB,
              30,
              t -> 70 * GB + (t % 86400 > 20 * HOUR && t % 86400 < 21 * HOUR ? 10 * GB : 0)),
          filesystem(
              "image pulled in 3 min, 8 GB of 30 free",
              100 * GB,
              24,
              constant(70 * GB).plus(burst(HOUR, 180, 8 * GB)).plus(noise(9, 50 * MB))),
          filesystem(
              "a busy disk, 200 MB of noise",
              100 * GB,
              12,
              constant(80 * GB).plus(normalNoise(10, 100 * MB))),
          layer(
              "a layer written at the start, measured each minute",
              2 * GB,
              6,
              60,
              burst(0, 150, 800 * MB)),
          layer(
              "a log in the layer, rotated each two hours",
              2 * GB,
              8,
              60,
              constant(100 * MB).plus(saw(2 * HOUR, 500 * MB))));

  /** What fills. */
  static final List<Scenario> FILLING =
      List.of(
          tmpfs("1 MB/s from the start", 64 * MB, HOUR, ramp(0, MB)),
          tmpfs("2 MB/s from the start, 256 MB", 256 * MB, HOUR, ramp(0, 2 * MB)),
          tmpfs(
              "1 MB/s after an idle hour",
              64 * MB,
              2 * HOUR,
              ramp(HOUR, MB).plus(noise(11, 16384)).plus(constant(MB))),
          tmpfs(
              "burst, half an hour of peace, 500 KB/s",
              64 * MB,
              2 * HOUR,
              burst(2, 3, 20 * MB).plus(ramp(1800, 0.5 * MB))),
          tmpfs("8 MB at a time, each 10 s", 256 * MB, HOUR, steps(5, 10, 8 * MB)),
          tmpfs("4 MB at a time, each minute", 64 * MB, HOUR, steps(5, 60, 4 * MB)),
          tmpfs(
              "works 20 s, rests 10 s",
              256 * MB,
              HOUR,
              t -> (Math.floor(t / 30) * 20 + Math.min(20, t % 30)) * MB),
          tmpfs("leak of 10 KB/s", 64 * MB, 3 * HOUR, constant(20 * MB).plus(ramp(0, 10240))),
          tmpfs(
              "leak of 5 KB/s under 1 MB of noise",
              64 * MB,
              6 * HOUR,
              constant(30 * MB).plus(ramp(0, 5120)).plus(noise(12, MB))),
          tmpfs(
              "leak of 20 KB/s under normal noise",
              64 * MB,
              3 * HOUR,
              constant(20 * MB).plus(ramp(600, 20480)).plus(normalNoise(13, MB / 2))),
          tmpfs(
              "leak with a temporary file each 5 min",
              64 * MB,
              4 * HOUR,
              constant(10 * MB).plus(ramp(0, 6144)).plus(spikes(300, 3, 8 * MB))),
          tmpfs(
              "saw-tooth with a growing floor",
              64 * MB,
              4 * HOUR,
              constant(5 * MB).plus(saw(60, 8 * MB)).plus(ramp(0, 8192))),
          tmpfs(
              "saw-tooth, and one tooth is not cleaned",
              256 * MB,
              2 * HOUR,
              constant(10 * MB).plus(saw(120, 60 * MB)).then(1800, ramp(0, 0.5 * MB))),
          tmpfs(
              "cleaned once, then full",
              256 * MB,
              HOUR,
              ramp(0, MB).then(100, constant(10 * MB).plus(ramp(0, MB)))),
          tmpfs("accelerating", 256 * MB, HOUR, t -> t * t * 1000),
          tmpfs("doubles each two minutes", 256 * MB, HOUR, t -> MB * StrictMath.pow(2, t / 120)),
          tmpfs(
              "slow leak, then fast",
              256 * MB,
              2 * HOUR,
              constant(20 * MB).plus(ramp(0, 8192)).plus(ramp(5000, MB))),
          tmpfs(
              "slows down and fills all the same",
              64 * MB,
              2 * HOUR,
              t -> 80 * MB * (1 - StrictMath.exp(-t / 600))),
          tmpfs("300 KB/s, the agent away for 40 s", 128 * MB, HOUR, ramp(0, 0.3 * MB))
              .restarted(200, 240, 0),
          tmpfs("300 KB/s, nobody measured for two minutes", 128 * MB, HOUR, ramp(0, 0.3 * MB))
              .stuck(150, 270),
          tmpfs("restart, the clock an hour ahead", 128 * MB, HOUR, ramp(0, 0.2 * MB))
              .restarted(300, 330, HOUR),
          tmpfs("restart, the clock an hour back", 128 * MB, HOUR, ramp(0, 0.2 * MB))
              .restarted(300, 330, -HOUR),
          filesystem(
              "1 GB an hour, 20 GB left",
              100 * GB,
              40,
              constant(80 * GB).plus(ramp(0, GB / HOUR)).plus(normalNoise(14, 20 * MB))),
          filesystem(
              "runaway log, 50 MB/s, 30 GB left",
              100 * GB,
              6,
              constant(70 * GB).plus(ramp(2 * HOUR, 50 * MB)).plus(noise(15, 10 * MB))),
          filesystem(
              "log rotation and 500 MB an hour",
              100 * GB,
              40,
              constant(90 * GB).plus(saw(2 * HOUR, GB)).plus(ramp(0, 0.5 * GB / HOUR))),
          filesystem(
                  "1 GB an hour, the agent restarts twice",
                  100 * GB,
                  40,
                  constant(88 * GB).plus(ramp(0, GB / HOUR)))
              .restarted(3 * HOUR, 3 * HOUR + 60, 0)
              .restarted(6 * HOUR, 6 * HOUR + 600, 0),
          layer(
              "200 KB/s in a layer, measured each minute",
              GB,
              6,
              60,
              constant(50 * MB).plus(ramp(600, 0.2 * MB))),
          layer(
              "2 MB/s in a layer, measured each 15 s",
              GB,
              6,
              15,
              constant(50 * MB).plus(ramp(600, 2 * MB))));
}
