package io.bilgewatch.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.overlay.InodeSet.Added;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InodeSetTest {
  @Test
  void agreesWithAHashSet() {
    Random random = new Random(42);
    InodeSet set = new InodeSet(Integer.MAX_VALUE);
    for (int round = 0; round < 3; round++) {
      Set<Long> oracle = new HashSet<>();
      for (int i = 0; i < 20_000; i++) {
        // Near and far apart, also zero and negative: 64 bits mean nothing to us.
        long inode = random.nextBoolean() ? random.nextInt(5000) : random.nextLong();
        assertEquals(oracle.add(inode) ? Added.NEW : Added.KNOWN, set.add(inode));
      }
      assertEquals(oracle.size(), set.size());
      set.clear();
    }
  }

  @Test
  void saysWhenItIsFullAndStillKnowsWhatItHas() {
    InodeSet set = new InodeSet(2);
    assertEquals(Added.NEW, set.add(1));
    assertEquals(Added.NEW, set.add(2));
    assertEquals(Added.FULL, set.add(3));
    assertEquals(Added.KNOWN, set.add(2));
    assertEquals(Added.FULL, set.add(3));
  }
}
