package io.bilgewatch.tracefs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Whose a thread was, told by what the kernel recorded and by what is still there. */
final class TaskHistoryTest {
  private static final String ONE = "1".repeat(64);
  private static final String TWO = "2".repeat(64);

  private final TaskHistory history = new TaskHistory();
  private final Map<Integer, LiveTask> alive = new HashMap<>();

  private void alive(int tid, boolean running, String container) {
    alive.put(tid, new LiveTask(running, OptionalInt.of(tid), "x", Optional.ofNullable(container)));
  }

  private Optional<String> container(int tid, long nanos) {
    return history.containerOf(tid, nanos, task -> Optional.ofNullable(alive.get(task)));
  }

  @Test
  void oneThatIsAliveIsAsked() {
    alive(50, true, ONE);
    alive(60, true, null);
    history.forked(10, 50, 60);
    assertEquals(Optional.of(ONE), container(50, 100));
    assertEquals(Optional.empty(), container(60, 100), "it left its parent's container");
  }

  @Test
  void shellOfAMillisecondInALivingContainer() {
    alive(50, true, ONE);
    history.forked(10, 50, 60);
    history.forked(20, 60, 70);
    history.ended(40, 70, "touch");
    history.ended(50, 60, "sh");
    assertEquals(Optional.of(ONE), container(70, 30));
    assertEquals(Optional.of("touch"), history.lastName(70, 30));
  }

  @Test
  void containerOfAMillisecondByItsMoveToTheCgroup() {
    history.forked(10, 40, 50);
    history.attached(20, 50, ONE);
    history.forked(30, 50, 60);
    history.ended(70, 60, "touch");
    history.ended(80, 50, "sh");
    assertEquals(Optional.of(ONE), container(60, 60));
    assertEquals(Optional.of(ONE), container(50, 60));
    assertEquals(Optional.empty(), container(50, 15), "not yet moved");
  }

  /** What comes to an end shows the root of version 1: its history is asked. */
  @Test
  void endingTaskIsNotTheHost() {
    alive(50, true, ONE);
    alive(60, false, null);
    history.forked(10, 50, 60);
    assertEquals(Optional.of(ONE), container(60, 30));
  }

  /** The engine's helper was forked before its parent joined the container. */
  @Test
  void childOfBeforeTheMoveIsNotInTheContainer() {
    alive(50, true, ONE);
    history.forked(10, 50, 60);
    history.ended(40, 60, "helper");
    history.attached(20, 50, ONE);
    assertEquals(Optional.empty(), container(60, 30));
  }

  @Test
  void numberThatWasGivenAnewIsAnotherTask() {
    history.attached(20, 50, ONE);
    history.ended(40, 50, "sh");
    history.forked(60, 9, 50);
    history.attached(70, 50, TWO);
    alive(50, true, TWO);
    assertTrue(history.hasEndedSince(50, 30));
    assertEquals(Optional.empty(), container(50, 30), "never the later one's");
    assertEquals(Optional.of(TWO), container(50, 80));
    assertFalse(history.hasEndedSince(50, 80));
    assertEquals(Optional.empty(), history.lastName(50, 80));
  }

  /** Records of several CPUs come one CPU after the other. */
  @Test
  void orderOfReadingDoesNotMatter() {
    history.forked(60, 9, 50);
    history.forked(10, 8, 50);
    history.attached(70, 50, TWO);
    history.attached(20, 50, ONE);
    assertEquals(Optional.of(TWO), container(50, 80));
  }

  @Test
  void beforeALossNothingIsCertain() {
    history.forked(10, 40, 50);
    history.attached(20, 50, ONE);
    history.completeSince(30);
    assertEquals(Optional.empty(), container(50, 60));
  }

  @Test
  void ringOfParentsAndManyTasksEnd() {
    history.forked(10, 50, 60);
    history.forked(10, 60, 50);
    assertEquals(Optional.empty(), container(50, 60));
    for (int tid = 0; tid < 200_000; tid++) {
      history.forked(tid, 1, tid);
      history.attached(tid, tid, ONE);
      history.ended(tid, tid, "x");
    }
    assertEquals(Optional.of(ONE), container(199_999, 300_000));
    assertEquals(Optional.empty(), container(1, 300_000));
  }
}
