package io.bilgewatch.overlay;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many directories all trees together may remember. One tree takes at most half of what is
 * left, so that a container with very many leaves room for all others.
 */
public final class DirectoryRoom {
  private final int size;
  private final AtomicInteger taken = new AtomicInteger();

  public DirectoryRoom(int size) {
    this.size = size;
  }

  /**
   * Room for one more directory of a tree.
   *
   * @param owned how many it has
   */
  boolean take(int owned) {
    if (owned >= size - taken.get()) {
      return false;
    }
    taken.incrementAndGet();
    return true;
  }

  /** Room for an upperdir itself, which there always is. */
  void takeRoot() {
    taken.incrementAndGet();
  }

  void giveBack() {
    taken.decrementAndGet();
  }

  /** How many directories are remembered. */
  public int taken() {
    return taken.get();
  }
}
