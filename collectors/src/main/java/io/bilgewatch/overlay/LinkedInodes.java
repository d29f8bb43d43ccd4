package io.bilgewatch.overlay;

/**
 * The inodes of a layer that have several names, each with how many of them are known: what it
 * takes counts once, at the directory that named it first. Open addressing over longs, about 80
 * bytes an inode.
 */
final class LinkedInodes {
  private static final int FIRST_SLOTS = 16;

  /** Spreads consecutive numbers (Fibonacci hashing). */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private long[] keys = new long[FIRST_SLOTS];
  private int[] names = new int[FIRST_SLOTS];
  private int[] links = new int[FIRST_SLOTS];
  private int[] missing = new int[FIRST_SLOTS];
  private int[] owner = new int[FIRST_SLOTS];
  private long[] allocated = new long[FIRST_SLOTS];
  private long[] apparent = new long[FIRST_SLOTS];
  private int size;

  int size() {
    return size;
  }

  /** The place of an inode, which is new where {@link #names} says 0. */
  int place(long inode) {
    if (2 * (size + 1) > keys.length) {
      grow();
    }
    int slot = slotOf(inode);
    if (names[slot] == 0) {
      keys[slot] = inode;
    }
    return slot;
  }

  /** How many of its names are known. */
  int names(int place) {
    return names[place];
  }

  int owner(int place) {
    return owner[place];
  }

  long allocated(int place) {
    return allocated[place];
  }

  long apparent(int place) {
    return apparent[place];
  }

  /** One more name is known. */
  void addName(int place) {
    if (names[place]++ == 0) {
      size++;
      missing[place] = 0;
    }
  }

  /**
   * @param newLinks how many names it has, known or not; 0 where that says nothing
   */
  void set(int place, long newAllocated, long newApparent, int newLinks) {
    links[place] = newLinks;
    allocated[place] = newAllocated;
    apparent[place] = newApparent;
  }

  void own(int place, int newOwner) {
    owner[place] = newOwner;
  }

  /** Whether an inode has more names out of sight than when all directories had been read. */
  boolean anyOutOfSight() {
    for (int slot = 0; slot < keys.length; slot++) {
      if (names[slot] != 0 && links[slot] - names[slot] > missing[slot]) {
        return true;
      }
    }
    return false;
  }

  /** All directories have been read: what is not in sight now will not be. */
  void settle() {
    for (int slot = 0; slot < keys.length; slot++) {
      missing[slot] = Math.max(0, links[slot] - names[slot]);
    }
  }

  /**
   * One name less is known; whether it was the last, so that its place is another's from now on.
   */
  boolean removeName(int place) {
    if (--names[place] > 0) {
      return false;
    }
    size--;
    close(place);
    return true;
  }

  /** Moves up what stood behind a gap because its own slot was taken. */
  private void close(int start) {
    int gap = start;
    int mask = keys.length - 1;
    for (int slot = (gap + 1) & mask; names[slot] != 0; slot = (slot + 1) & mask) {
      int home = homeOf(keys[slot]);
      if (((slot - home) & mask) >= ((slot - gap) & mask)) {
        copy(slot, gap);
        gap = slot;
      }
    }
    names[gap] = 0;
  }

  private void copy(int from, int to) {
    keys[to] = keys[from];
    names[to] = names[from];
    links[to] = links[from];
    missing[to] = missing[from];
    owner[to] = owner[from];
    allocated[to] = allocated[from];
    apparent[to] = apparent[from];
  }

  private int homeOf(long inode) {
    return (int) ((inode * SPREAD) >>> 32) & (keys.length - 1);
  }

  private int slotOf(long inode) {
    int slot = homeOf(inode);
    while (names[slot] != 0 && keys[slot] != inode) {
      slot = (slot + 1) & (keys.length - 1);
    }
    return slot;
  }

  private void grow() {
    LinkedInodes old = new LinkedInodes();
    old.keys = keys;
    old.names = names;
    old.links = links;
    old.missing = missing;
    old.owner = owner;
    old.allocated = allocated;
    old.apparent = apparent;
    int slots = 2 * keys.length;
    keys = new long[slots];
    names = new int[slots];
    links = new int[slots];
    missing = new int[slots];
    owner = new int[slots];
    allocated = new long[slots];
    apparent = new long[slots];
    for (int slot = 0; slot < old.keys.length; slot++) {
      if (old.names[slot] != 0) {
        int to = slotOf(old.keys[slot]);
        keys[to] = old.keys[slot];
        names[to] = old.names[slot];
        links[to] = old.links[slot];
        missing[to] = old.missing[slot];
        owner[to] = old.owner[slot];
        allocated[to] = old.allocated[slot];
        apparent[to] = old.apparent[slot];
      }
    }
  }

  /** What all of them take. */
  long allocatedInAll() {
    long sum = 0;
    for (int slot = 0; slot < keys.length; slot++) {
      sum += names[slot] != 0 ? allocated[slot] : 0;
    }
    return sum;
  }
}
