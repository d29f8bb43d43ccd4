package io.bilgewatch.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowsTest {
  private static final List<String> NAMES = List.of("container", "path");

  private final Rows rows = new Rows(Integer.MAX_VALUE);

  @Test
  void theFirstOfTheSameLabelsStands() {
    assertTrue(rows.add(both("web", "/tmp"), LabelPairs.NONE, 1));
    assertFalse(rows.add(both("web", "/tmp"), LabelPairs.NONE, 2));
    assertEquals(1, rows.size());
    assertEquals(1.0, rows.value(0));
  }

  @Test
  void howTheLabelsAreSplitMakesNoDifference() {
    assertTrue(rows.add(both("web", "/tmp"), LabelPairs.NONE, 1));
    assertFalse(rows.add(one("container", "web"), one("path", "/tmp"), 2));
    assertTrue(rows.add(one("container", "/tmp"), one("path", "web"), 3));
  }

  @Test
  void valuesOfTheSameHashAreTwo() {
    assertTrue(rows.add(one("container", "Aa"), LabelPairs.NONE, 1));
    assertTrue(rows.add(one("container", "BB"), LabelPairs.NONE, 2));
    assertFalse(rows.add(one("container", "BB"), LabelPairs.NONE, 3));
  }

  @Test
  void numberedLabelsDoNotFallOnOneHash() {
    Set<Integer> hashes = new HashSet<>();
    for (int container = 0; container < 100; container++) {
      for (int path = 0; path < 10; path++) {
        hashes.add(one("container", "c" + container).hash() + one("path", "/d" + path).hash());
      }
    }
    assertTrue(hashes.size() > 990, () -> hashes.size() + " hashes of 1000");
  }

  @Test
  void itKeepsWhatASetKeeps() {
    Random random = new Random(7);
    Set<List<String>> oracle = new HashSet<>();
    for (int i = 0; i < 5_000; i++) {
      String container = "c" + random.nextInt(60);
      String path = "/" + random.nextInt(60);
      boolean isNew = oracle.add(List.of(container, path));
      assertEquals(isNew, rows.add(one("container", container), one("path", path), i));
    }
    assertEquals(oracle.size(), rows.size());
    for (int row = 0; row < rows.size(); row++) {
      assertTrue(oracle.remove(rows.labelValues(row)));
    }
  }

  @Test
  void whatWasForgottenMayComeAgain() {
    rows.add(both("web", "/tmp"), LabelPairs.NONE, 1);
    rows.clear();
    assertEquals(0, rows.size());
    assertTrue(rows.add(both("web", "/tmp"), LabelPairs.NONE, 2));
    assertEquals(2.0, rows.value(0));
  }

  @Test
  void roomThatIsNotNeededAnyMoreIsGivenBack() {
    for (int i = 0; i < 1_000; i++) {
      rows.add(one("path", "/" + i), LabelPairs.NONE, i);
    }
    int most = rows.room();
    for (int view = 0; view < 20; view++) {
      rows.clear();
      rows.add(one("path", "/"), LabelPairs.NONE, 1);
    }
    assertTrue(most >= 1_000 && rows.room() <= 8, () -> most + " rows, then " + rows.room());
  }

  private static LabelPairs both(String container, String path) {
    return LabelPairs.of(NAMES, container, path);
  }

  private static LabelPairs one(String name, String value) {
    return LabelPairs.of(List.of(name), value);
  }
}
