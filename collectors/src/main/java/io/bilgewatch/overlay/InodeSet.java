package io.bilgewatch.overlay;

import java.util.Arrays;

/** Inode numbers of one file system: open addressing over longs, bounded. */
final class InodeSet {
  enum Added {
    NEW,
    KNOWN,
    /** Not remembered: the bound is reached. */
    FULL
  }

  private static final int FIRST_SLOTS = 1 << 10;

  /** Spreads consecutive numbers (Fibonacci hashing). */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final int limit;
  private long[] slots = new long[FIRST_SLOTS];
  private int size;
  private boolean hasZero;

  InodeSet(int limit) {
    this.limit = limit;
  }

  Added add(long inode) {
    if (inode == 0) {
      // Zero marks a free slot.
      boolean known = hasZero;
      hasZero = true;
      return known ? Added.KNOWN : Added.NEW;
    }
    int slot = slotOf(inode);
    if (slots[slot] == inode) {
      return Added.KNOWN;
    }
    if (size == limit) {
      return Added.FULL;
    }
    slots[slot] = inode;
    if (++size * 2L > slots.length) {
      grow();
    }
    return Added.NEW;
  }

  /** Forgets everything; keeps the memory only where it is small. */
  void clear() {
    if (slots.length > FIRST_SLOTS) {
      slots = new long[FIRST_SLOTS];
    } else if (size > 0) {
      Arrays.fill(slots, 0);
    }
    size = 0;
    hasZero = false;
  }

  int size() {
    return size + (hasZero ? 1 : 0);
  }

  private int slotOf(long inode) {
    int mask = slots.length - 1;
    int slot = (int) ((inode * SPREAD) >>> 32) & mask;
    while (slots[slot] != 0 && slots[slot] != inode) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[old.length * 2];
    for (long inode : old) {
      if (inode != 0) {
        slots[slotOf(inode)] = inode;
      }
    }
  }
}
