package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.descriptor.DeletedFiles;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.process.ProcessIdentity;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is looked at when; what a look finds is the reader's business. */
class DeletedFilesWatchTest {
  private static final Duration MOUNTS_INTERVAL = Duration.ofSeconds(5);
  private static final long SECOND = 1_000_000_000L;

  private final List<Integer> looked = new ArrayList<>();
  private final CollectorRun<ProcessFacts, DeletedFiles> collector =
      new CollectorRun<>(
          new Collector<>("test", this::look), Duration.ofSeconds(10), InstantSource.system());
  private final DeletedFilesWatch watch = new DeletedFilesWatch(collector, MOUNTS_INTERVAL);
  private int price = 20;
  private long burnNanos;

  @AfterEach
  void close() {
    collector.close();
  }

  private Reading<DeletedFiles> look(ProcessFacts facts) {
    looked.add(facts.identity().pid());
    var threads = ManagementFactory.getThreadMXBean();
    long until = threads.getCurrentThreadCpuTime() + burnNanos;
    while (threads.getCurrentThreadCpuTime() < until) {
      Thread.onSpinWait();
    }
    return Reading.of(new DeletedFiles(facts.identity().pid(), 1, price));
  }

  private static Map<String, ProcessFacts> running(int... pids) {
    Map<String, ProcessFacts> running = new TreeMap<>();
    for (int pid : pids) {
      running.put("c" + pid, facts(pid, 1));
    }
    return running;
  }

  private static ProcessFacts facts(int pid, long start) {
    return new ProcessFacts(new ProcessIdentity(pid, start), no(), no(), no(), no(), no(), no());
  }

  private static <T> Reading<T> no() {
    return Reading.missing(Cause.PENDING, "");
  }

  private List<Integer> lookedAt(Map<String, ProcessFacts> running, long second) {
    looked.clear();
    watch.read(running, second * SECOND);
    return List.copyOf(looked);
  }

  @Test
  void theFirstLookIsAtAll() {
    price = 16_000;
    int[] many = IntStream.rangeClosed(1, 300).toArray();
    assertEquals(300, lookedAt(running(many), 0).size());
    assertEquals(300, watch.readings().size());
  }

  @Test
  void afterAnIntervalOnceMore() {
    Map<String, ProcessFacts> two = running(1, 2);
    assertEquals(2, lookedAt(two, 0).size());
    assertEquals(List.of(), lookedAt(two, 29));
    assertEquals(2, lookedAt(two, 31).size());
  }

  @Test
  void oneThatIsNewIsLookedAtSoonAndOneThatIsGoneForgotten() {
    lookedAt(running(1, 2), 0);
    assertEquals(List.of(3), lookedAt(running(2, 3), 20));
    assertEquals(java.util.Set.of("c2", "c3"), watch.readings().keySet());
  }

  @Test
  void anotherProcessIsAnotherReading() {
    lookedAt(running(1), 0);
    Map<String, ProcessFacts> restarted = Map.of("c1", facts(1, 2));
    assertEquals(List.of(1), lookedAt(restarted, 20));
  }

  @Test
  void afterALookThatTookLongThereIsARest() {
    burnNanos = 1_100_000_000;
    lookedAt(running(1), 0);
    assertEquals(List.of(), lookedAt(running(1), 90), "what is above a second is paid for");
    assertTrue(watch.readings().containsKey("c1"), "what was found stands");
    assertEquals(List.of(1), lookedAt(running(1), 2000));
  }

  @Test
  void fewAreLookedAtWhereTheyHaveMuchAndTheOldestFirst() {
    price = 1500;
    Map<String, ProcessFacts> three = running(1, 2, 3);
    lookedAt(three, 0);
    List<Integer> first = lookedAt(three, 100);
    List<Integer> second = lookedAt(three, 200);
    List<Integer> third = lookedAt(three, 300);
    assertEquals(List.of(1, 1, 1), List.of(first.size(), second.size(), third.size()));
    assertEquals(
        java.util.Set.of(1, 2, 3),
        java.util.Set.of(first.getFirst(), second.getFirst(), third.getFirst()));
    assertFalse(lookedAt(three, 400).isEmpty(), "and round again");
  }
}
