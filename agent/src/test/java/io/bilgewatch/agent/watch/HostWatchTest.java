package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.config.ConfigurationReader;
import io.bilgewatch.agent.config.Given;
import io.bilgewatch.agent.it.Await;
import io.bilgewatch.agent.view.CollectorStatus.Outcome;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.overlay.OverlayAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** That the threads which everything waits for outlive what is thrown in them. */
@Timeout(60)
class HostWatchTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final AtomicBoolean broken = new AtomicBoolean();

  /** Asked in both threads, so that it can fail in both. */
  private final InstantSource clock =
      () -> {
        if (broken.get()) {
          throw new IllegalStateException("a clock that is broken on purpose");
        }
        return Instant.now();
      };

  @TempDir private Path directory;

  @Test
  void aLookThatThrowsIsToldByItsAgeAndTheNextOneCounts() throws ConfigurationException {
    try (HostWatch watch = new HostWatch(configuration(), clock)) {
      assertTrue(watch.age().isEmpty());
      watch.start(Optional.empty());
      Await.until("a view", SOON, () -> watch.latest().isPresent());
      broken.set(true);
      Await.until(
          "a view that grows old",
          SOON,
          () -> watch.age().get().compareTo(Duration.ofSeconds(7)) > 0);
      HostView old = watch.latest().orElseThrow();
      broken.set(false);
      Await.until("a new view", SOON, () -> !watch.latest().get().equals(old));
      assertTrue(watch.age().get().compareTo(Duration.ofSeconds(3)) < 0);
    }
  }

  /** Of a host that has no kernel log, and on which nothing else is news. */
  @Test
  void aCollectorThatGoesOtherwiseIsToldBeforeEverythingIs() throws ConfigurationException {
    try (HostWatch watch = new HostWatch(configuration(), clock)) {
      watch.start(Optional.empty());
      Await.until("a view", SOON, () -> watch.latest().isPresent());
      Await.until(
          "the kernel's log is told to be missing",
          Duration.ofSeconds(8),
          () -> outcome(watch, "kernel_log_kmsg") == Outcome.UNSUPPORTED);
    }
  }

  private static Outcome outcome(HostWatch watch, String name) {
    return watch.latest().orElseThrow().collectors().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow()
        .outcome();
  }

  @Test
  void whoOnlyLooksOnListensToNothingAndKeepsNothing() throws Exception {
    Path state = Files.createDirectory(directory.resolve("state"));
    Configuration config =
        ConfigurationReader.read(
            List.of(
                Given.option("--host.root", "host.root", directory.toString()),
                Given.option("state", "state.directory", state.toString())));
    Configuration lookingOn = config.forLookingOn(Duration.ofSeconds(2), Duration.ofSeconds(1));
    assertEquals(config.walk().cpuShare(), lookingOn.walk().cpuShare());
    try (HostWatch watch = new HostWatch(lookingOn, Instant::now)) {
      watch.startReading();
      Await.until("a view", SOON, () -> watch.latest().isPresent());
      HostView view = watch.latest().orElseThrow();
      assertTrue(view.alerting().evaluated());
      for (String listener : List.of("kmsg", "audit", "forks", "container_logs", "write_events")) {
        assertTrue(
            view.collectors().stream().noneMatch(one -> one.name().contains(listener)),
            view.collectors()::toString);
      }
    }
    try (Stream<Path> files = Files.list(state)) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void aLayerWhoseMeasuringThrowsIsMissingAndTheOthersAreMeasured() throws IOException {
    Duration often = Duration.ofMillis(50);
    LayerSchedule.Times each = new LayerSchedule.Times(often, often, often, 1);
    try (LayerWatch layers =
        new LayerWatch(each, 1000, SOON, new LayerTurns(1000, clock), clock, _ -> {})) {
      broken.set(true);
      Map<String, LayerTarget> targets = Map.of("a", layer("a"), "b", layer("b"));
      layers.watch(targets);
      layers.start();
      for (String id : List.of("a", "b")) {
        Await.until(
            id + " failed",
            SOON,
            () ->
                usage(layers, id) instanceof Reading.Missing<LayerUsage>(var cause, _)
                    && cause == Reading.Cause.FAILED);
      }
      broken.set(false);
      for (String id : List.of("a", "b")) {
        Await.until(id + " measured", SOON, () -> usage(layers, id).isPresent());
        assertEquals(
            1,
            assertInstanceOf(Reading.Present.class, usage(layers, id)).value()
                    instanceof LayerUsage usage
                ? usage.inodes()
                : 0);
      }
    }
  }

  private LayerTarget layer(String id) throws IOException {
    Path upperdir = Files.createDirectories(directory.resolve(id));
    return new LayerTarget(
        id,
        KernelPath.of(upperdir.toString()),
        false,
        OverlayAttributes.UNREADABLE,
        "",
        OptionalInt.empty());
  }

  private static Reading<LayerUsage> usage(LayerWatch layers, String id) {
    return layers.usages(Map.of(id, Reading.missing(Reading.Cause.PENDING, ""))).get(id);
  }

  private Configuration configuration() throws ConfigurationException {
    return ConfigurationReader.read(
        List.of(Given.option("--host.root", "host.root", directory.toString())));
  }
}
