package io.bilgewatch.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.process.ProcessOwner.OfContainer;
import io.bilgewatch.process.ProcessOwner.Unknown;
import io.bilgewatch.process.TaskEvent.Exec;
import io.bilgewatch.process.TaskEvent.Exit;
import io.bilgewatch.process.TaskEvent.Fork;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ForkCacheTest {
  private static final long MS = 1_000_000;
  private static final long NOW = 1_000_000 * MS;
  private static final OfContainer SHOP = new OfContainer("5".repeat(64));
  private static final OfContainer MAIL = new OfContainer("6".repeat(64));

  private final ForkCache cache = new ForkCache(8);

  private static Fork fork(int parent, int child, long nanos) {
    return new Fork(parent, parent, child, child, nanos);
  }

  private void assertUnknown(int task, long nanos) {
    assertInstanceOf(Unknown.class, cache.owner(task, nanos));
  }

  @Test
  void aChildAndItsChildAreTheContainers() {
    cache.looked(10, SHOP, NOW);
    cache.forked(fork(10, 11, NOW + MS));
    cache.forked(fork(11, 12, NOW + 2 * MS));
    assertEquals(SHOP, cache.owner(12, NOW + 3 * MS));
  }

  @Test
  void whoLivedAMillisecondIsKnownForFiveSeconds() {
    cache.looked(10, SHOP, NOW);
    cache.forked(fork(10, 11, NOW));
    cache.exited(new Exit(11, 11, NOW + MS));
    cache.forget(NOW + 4_900 * MS);
    assertEquals(SHOP, cache.owner(11, NOW + MS));
    cache.forget(NOW + 5_100 * MS);
    assertUnknown(11, NOW + MS);
    assertEquals(1, cache.size());
  }

  /** The runtime moves the child, then it becomes the container's program. */
  @Test
  void aChildOfTheHostsIsUnknownUntilItWasLookedAt() {
    cache.looked(10, ProcessOwner.HOST, NOW);
    cache.forked(fork(10, 11, NOW));
    assertUnknown(11, NOW);
    assertFalse(cache.isOfContainer(11));
    cache.looked(11, ProcessOwner.HOST, NOW + MS);
    assertEquals(ProcessOwner.HOST, cache.owner(11, NOW + MS));
    cache.looked(11, SHOP, NOW + 2 * MS);
    assertEquals(SHOP, cache.owner(11, NOW + 2 * MS));
    assertTrue(cache.isOfContainer(11));
  }

  /** {@code docker exec sh} whose child is made with CLONE_PARENT: its parent is the shim. */
  @Test
  void aChildThatIsItsMakersSiblingIsNotTakenForTheHosts() {
    cache.looked(10, ProcessOwner.HOST, NOW);
    cache.looked(20, SHOP, NOW);
    cache.forked(fork(10, 21, NOW + MS));
    assertUnknown(21, NOW + MS);
  }

  /** As of a runtime written in Go now and then; its first thread ends, and there is no fork. */
  @Test
  void aThreadThatBecomesAnotherProgramTakesItsProcessOn() {
    cache.looked(10, SHOP, NOW);
    cache.forked(new Fork(1, 1, 15, 10, NOW));
    cache.exited(new Exit(10, 10, NOW + MS));
    cache.executed(new Exec(10, 10, NOW + 2 * MS));
    cache.forget(NOW + 9_000 * MS);
    assertEquals(SHOP, cache.owner(10, NOW + 9_000 * MS));
    cache.forked(fork(10, 11, NOW + 9_000 * MS));
    assertEquals(SHOP, cache.owner(11, NOW + 9_000 * MS));
  }

  @Test
  void onlyTheHostsChildWaitsForALook() {
    cache.looked(1, ProcessOwner.HOST, NOW);
    cache.looked(10, SHOP, NOW);
    cache.forked(fork(1, 11, NOW));
    cache.forked(fork(10, 12, NOW));
    assertTrue(cache.isNotLookedAt(11));
    assertFalse(cache.isNotLookedAt(12));
    assertFalse(cache.isNotLookedAt(13));
    cache.exited(new Exit(11, 11, NOW + MS));
    assertFalse(cache.isNotLookedAt(11));
  }

  @Test
  void aLookThatFoundNothingOutChangesNothing() {
    cache.looked(10, SHOP, NOW);
    cache.looked(10, new Unknown("ended"), NOW + MS);
    assertEquals(SHOP, cache.owner(10, NOW + MS));
  }

  /** Its parent, the kernel says, is the parent of its process. */
  @Test
  void aThreadIsItsProcesses() {
    cache.looked(1, ProcessOwner.HOST, NOW);
    cache.looked(10, SHOP, NOW);
    cache.forked(new Fork(1, 1, 15, 10, NOW));
    assertEquals(SHOP, cache.owner(15, NOW));
    cache.exited(new Exit(15, 10, NOW + MS));
    assertEquals(SHOP, cache.owner(10, NOW + 2 * MS));
    cache.forked(new Fork(1, 1, 16, 1, NOW));
    assertEquals(ProcessOwner.HOST, cache.owner(16, NOW));
  }

  @Test
  void aChildOfAThreadThatIsNotKnownIsTheProcesses() {
    cache.looked(10, SHOP, NOW);
    cache.forked(new Fork(15, 10, 16, 16, NOW));
    assertEquals(SHOP, cache.owner(16, NOW));
  }

  @Test
  void aNumberThatIsUsedAgainIsAnotherTask() {
    cache.looked(10, SHOP, NOW);
    cache.looked(20, MAIL, NOW);
    cache.forked(fork(10, 11, NOW));
    cache.exited(new Exit(11, 11, NOW + MS));
    cache.forked(fork(20, 11, NOW + 500 * MS));
    assertEquals(MAIL, cache.owner(11, NOW + 501 * MS));
    assertUnknown(11, NOW);
    // The first one's end has no more to say.
    cache.forget(NOW + 6_000 * MS);
    assertEquals(MAIL, cache.owner(11, NOW + 6_000 * MS));
  }

  @Test
  void whatHappenedAfterTheEndWasAnother() {
    cache.looked(10, SHOP, NOW);
    cache.exited(new Exit(10, 10, NOW + MS));
    assertUnknown(10, NOW + 100 * MS);
    assertEquals(SHOP, cache.owner(10, NOW + 20 * MS), "within the log's own unsharpness");
  }

  @Test
  void aParentsNumberThatCameBackUnseenIsNotInheritedFrom() {
    cache.looked(10, SHOP, NOW);
    cache.exited(new Exit(10, 10, NOW + MS));
    cache.forked(fork(10, 11, NOW + 900 * MS));
    assertUnknown(11, NOW + 900 * MS);
  }

  /** Listening begins before the scan, whose findings are newer than what was queued. */
  @Test
  void aScanKnowsMoreThanAForkBeforeIt() {
    cache.looked(10, ProcessOwner.HOST, NOW + 5 * MS);
    cache.looked(11, SHOP, NOW + 5 * MS);
    cache.forked(fork(10, 11, NOW));
    assertEquals(SHOP, cache.owner(11, NOW + 6 * MS));
    cache.exited(new Exit(11, 11, NOW - 100 * MS));
    assertEquals(SHOP, cache.owner(11, NOW + 60 * MS), "an end before was another's");
  }

  @Test
  void afterALossNothingIsKnown() {
    cache.looked(10, SHOP, NOW);
    cache.clear();
    assertUnknown(10, NOW);
    cache.forked(fork(10, 11, NOW));
    assertUnknown(11, NOW);
  }

  /** The ring of those that ended grows while it is in use, wherever it begins. */
  @Test
  void manyThatEndAreKnownForFiveSecondsEach() {
    ForkCache large = new ForkCache(13);
    long second = 1_000_000_000L;
    for (int task = 1; task <= 10_000; task++) {
      // 700 a second: 3,500 have ended within five seconds.
      long now = task * second / 700;
      large.looked(task, ProcessOwner.HOST, now);
      large.exited(new Exit(task, task, now));
      large.forget(now);
      assertTrue(Math.abs(large.size() - Math.min(task, 3_501)) <= 1, "size " + large.size());
      int oldest = Math.max(1, task - 3_499);
      assertEquals(ProcessOwner.HOST, large.owner(oldest, oldest * second / 700));
    }
    assertEquals(0, large.refused());
  }

  @Test
  void aForkBombPushesOutWhoEndedFirstAndNoneAlive() {
    cache.looked(10, SHOP, NOW);
    cache.looked(20, MAIL, NOW);
    for (int i = 0; i < 100_000; i++) {
      int task = 100 + i % 30_000;
      cache.forked(fork(10, task, NOW + i * 1_000L));
      cache.exited(new Exit(task, task, NOW + i * 1_000L + 500));
    }
    assertTrue(cache.size() <= 192, "size " + cache.size());
    assertEquals(MAIL, cache.owner(20, NOW + MS));
    assertEquals(SHOP, cache.owner(100 + 99_999 % 30_000, NOW + 100 * MS));
    assertEquals(0, cache.refused());
  }

  @Test
  void moreThanFitAliveAreCountedAndUnknown() {
    cache.looked(10, SHOP, NOW);
    for (int i = 0; i < 500; i++) {
      cache.forked(fork(10, 100 + i, NOW));
    }
    assertEquals(192, cache.size());
    assertEquals(309, cache.refused());
    assertEquals(SHOP, cache.owner(100, NOW));
    assertUnknown(599, NOW);
  }

  /** Whatever the order of whatever events: bounded, and nobody gets another's container. */
  @Test
  void anyEventsAtAll() {
    Random random = new Random(11);
    for (int i = 0; i < 400_000; i++) {
      int task = random.nextInt(400) - 2;
      int other = random.nextInt(400) - 2;
      long nanos = NOW + i * 10_000L + random.nextInt(1_000_000);
      switch (random.nextInt(9)) {
        case 0, 1, 2 -> cache.forked(new Fork(other, other, task, task, nanos));
        case 3 -> cache.forked(new Fork(other, other, task, other, nanos));
        case 4, 5 -> cache.exited(new Exit(task, task, nanos));
        case 6 -> cache.looked(task, SHOP, nanos);
        case 7 -> cache.executed(new Exec(task, task, nanos));
        default -> cache.forget(nanos);
      }
      assertTrue(cache.size() <= 192);
      ProcessOwner owner = cache.owner(other, nanos);
      assertTrue(owner.equals(SHOP) || owner instanceof Unknown, owner::toString);
    }
  }
}
