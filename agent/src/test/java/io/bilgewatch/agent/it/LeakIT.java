package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * After 200 scrapes and 200 containers that came and went, the agent holds what it held before:
 * descriptors, threads, inotify watches, series and heap.
 */
class LeakIT {
  private static final int TIMES = 200;
  private static final int AT_ONCE = 4;
  private static final Duration SETTLE = Duration.ofSeconds(60);
  private static final long HEAP_NOISE = 2 << 20;

  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  /**
   * What a process holds.
   *
   * @param liveBytes of the heap after a full collection
   */
  private record Held(int descriptors, int threads, int watches, long series, long liveBytes) {
    static Held by(AgentProcess agent) {
      long pid = agent.handle().pid();
      return new Held(
          entries(proc(pid, "fd")),
          entries(proc(pid, "task")),
          inotifyWatches(pid),
          agent.scrape().samples().keySet().stream()
              .filter(s -> s.startsWith("bilgewatch"))
              .count(),
          live(pid));
    }

    /** As far as a collection can make it so, and threads that a pool keeps for some time ended. */
    boolean isNoMoreThan(Held before) {
      return descriptors <= before.descriptors
          && threads <= before.threads
          && watches <= before.watches
          && series == before.series
          && liveBytes <= before.liveBytes + HEAP_NOISE;
    }
  }

  @Test
  void nothingIsLeftOfContainersThatWentAndOfScrapes() throws Exception {
    ENGINE.idle("stays");
    try (AgentProcess agent =
        AgentProcess.serve("--docker.data-root=" + ENGINE.dataRoot(), "--log.level=debug")) {
      // The first ones bring classes, compiled code and the pools' threads.
      comeAndGo(20);
      scrape(agent, 50);
      Await.until("quiet", SETTLE, () -> isQuiet(agent));
      // Asking the runtime opens its own door, once.
      assertTrue(live(agent.handle().pid()) > 0);
      Held before = Held.by(agent);

      comeAndGo(TIMES);
      scrape(agent, TIMES);
      AtomicReference<Held> after = new AtomicReference<>(Held.by(agent));
      System.out.printf("before %s%nat once %s%n", before, after.get());
      try {
        Await.until("no more than before", SETTLE, () -> isNoMore(agent, before, after));
      } finally {
        System.out.printf("after  %s%n", after.get());
      }
      assertEquals(List.of(), agent.logLines(" error "));
      // Of the host perhaps; of containers that come and go nothing is news.
      List<String> warnings =
          agent.logLines(" warn ").stream().filter(line -> line.contains(" container")).toList();
      assertEquals(List.of(), warnings);
      assertEquals(0, agent.signal("TERM").code());
    }
  }

  private static boolean isNoMore(AgentProcess agent, Held before, AtomicReference<Held> after) {
    after.set(Held.by(agent));
    return after.get().isNoMoreThan(before);
  }

  private static void comeAndGo(int times) throws Exception {
    try (ExecutorService starters = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        all.add(starters.submit(() -> oneComesAndGoes()));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private static void oneComesAndGoes() {
    ENGINE.docker(
        "run",
        "--rm",
        "--network=none",
        "--tmpfs=/tmp:size=1m",
        ENGINE.image(),
        "sh",
        "-c",
        "echo > /new");
  }

  private static void scrape(AgentProcess agent, int times) {
    for (int i = 0; i < times; i++) {
      assertTrue(agent.scrape().text().contains("bilgewatch_build_info"));
    }
  }

  private static boolean isQuiet(AgentProcess agent) {
    Scrape scrape = agent.scrape();
    return scrape.samples().keySet().stream()
                .filter(series -> series.startsWith("bilgewatch_container_info{"))
                .count()
            == 1
        && scrape.of("bilgewatch_writable_layer_bytes", "stays").isPresent()
        // Growth is told from the second or third measurement on.
        && scrape.of("bilgewatch_tmpfs_growth_bytes_per_second", "stays").isPresent()
        && scrape.text().contains("\nbilgewatch_filesystem_growth_bytes_per_second{")
        && scrape.of("bilgewatch_memory_usage_bytes", "stays").isPresent();
  }

  private static Path proc(long pid, String name) {
    return Path.of("/proc", Long.toString(pid), name);
  }

  private static int entries(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return (int) entries.count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The lines {@code inotify wd:…} of its descriptors. */
  private static int inotifyWatches(long pid) {
    try (Stream<Path> descriptors = Files.list(proc(pid, "fdinfo"))) {
      int watches = 0;
      for (Path info : descriptors.toList()) {
        watches += (int) read(info).lines().filter(line -> line.startsWith("inotify wd:")).count();
      }
      return watches;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Empty for a descriptor that was closed since. */
  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException _) {
      return "";
    }
  }

  private static long live(long pid) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    String id = Long.toString(pid);
    Shell.run(SETTLE, Map.of(), List.of(jcmd, id, "GC.run")).orFail();
    String info = Shell.run(SETTLE, Map.of(), List.of(jcmd, id, "GC.heap_info")).orFail().text();
    return info.lines()
            .map(String::strip)
            .filter(line -> line.matches("(DefNew|Tenured) .*used \\d+K.*"))
            .mapToLong(line -> Long.parseLong(line.replaceFirst(".*used (\\d+)K.*", "$1")))
            .sum()
        * 1024;
  }
}
