package io.bilgewatch.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class IoPriorityTest {
  /** What the kernel says of the thread afterwards, and of this one, which asked for nothing. */
  @Test
  void onlyTheCallingThreadStandsBack() throws Exception {
    FutureTask<Integer> change =
        new FutureTask<>(() -> {
          IoPriority.idle();
          return IoPriority.currentClass();
        });
    Thread.ofPlatform().daemon().start(change);
    assertEquals(IoPriority.CLASS_IDLE, change.get());
    assertNotEquals(IoPriority.CLASS_IDLE, IoPriority.currentClass());
  }
}
