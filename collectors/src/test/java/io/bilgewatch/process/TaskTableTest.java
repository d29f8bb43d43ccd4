package io.bilgewatch.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against a map of the JDK's. */
class TaskTableTest {
  @Test
  void itHoldsWhatAMapHolds() {
    Random random = new Random(7);
    for (int round = 0; round < 40; round++) {
      TaskTable table = new TaskTable(6);
      Map<Integer, Long> map = new HashMap<>();
      int numbers = 1 + random.nextInt(200);
      for (int i = 0; i < 5_000; i++) {
        change(table, map, 1 + random.nextInt(numbers), random);
      }
    }
  }

  private static void change(TaskTable table, Map<Integer, Long> map, int task, Random random) {
    int row = table.find(task);
    long nanos = 1L + random.nextInt(1000);
    if (row == TaskTable.NONE) {
      if (!table.isFull()) {
        table.add(task, owner(task), nanos);
        map.put(task, nanos);
      }
    } else if (random.nextInt(3) == 0) {
      table.end(row, nanos);
      table.renew(row, owner(task), nanos);
      map.put(task, nanos);
    } else {
      table.remove(row);
      map.remove(task);
    }
    assertEquals(map.size(), table.size());
    map.forEach((known, since) -> assertKnown(table, known, since));
  }

  private static void assertKnown(TaskTable table, int task, long since) {
    int row = table.find(task);
    assertTrue(row != TaskTable.NONE, "task " + task);
    assertEquals(since, table.since(row));
    assertEquals(owner(task), table.owner(row));
    assertEquals(false, table.isEnded(row));
  }

  private static ProcessOwner owner(int task) {
    return new ProcessOwner.OfContainer("c" + task);
  }

  @Test
  void itGrowsUpToItsBoundAndKeepsWhatItHolds() {
    Random random = new Random(11);
    TaskTable table = new TaskTable(13);
    Map<Integer, Long> map = new HashMap<>();
    while (!table.isFull()) {
      int task = 1 + random.nextInt(1 << 22);
      if (table.find(task) == TaskTable.NONE) {
        table.add(task, owner(task), task);
        map.put(task, (long) task);
      }
    }
    assertEquals(6_144, table.size());
    map.forEach((task, since) -> assertKnown(table, task, since));
    map.keySet().forEach(task -> table.remove(table.find(task)));
    assertEquals(0, table.size());
  }

  @Test
  void itGrowsNoFurther() {
    TaskTable table = new TaskTable(4);
    for (int task = 1; task <= 12; task++) {
      table.add(task, ProcessOwner.HOST, 1);
    }
    assertTrue(table.isFull());
    assertThrows(IllegalStateException.class, () -> table.add(13, ProcessOwner.HOST, 1));
    assertThrows(IllegalStateException.class, () -> new TaskTable(4).add(0, ProcessOwner.HOST, 1));
  }
}
