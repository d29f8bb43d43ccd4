package io.bilgewatch.agent.web;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The bytes that all answers under way may hold together. Large pieces that are given back are kept
 * and handed out again, as many as a scrape of 500 containers needs: made anew each time they would
 * be most of the garbage there is, and too large to die young.
 */
final class Budget {
  /** Smaller ones are not worth keeping. */
  static final int LARGE = 64 * 1024;

  private static final int MOST_SPARE = 96;

  private final Deque<byte[]> spare = new ArrayDeque<>();
  private int left;

  Budget(int bytes) {
    left = bytes;
  }

  /** A piece, all of it or nothing. What is in it is of no meaning. */
  synchronized Optional<byte[]> take(int bytes) {
    if (left < bytes) {
      return Optional.empty();
    }
    left -= bytes;
    boolean known = bytes == LARGE && !spare.isEmpty();
    return Optional.of(known ? spare.removeLast() : new byte[bytes]);
  }

  synchronized void give(byte[] piece) {
    left += piece.length;
    if (piece.length == LARGE && spare.size() < MOST_SPARE) {
      spare.addLast(piece);
    }
  }

  synchronized int left() {
    return left;
  }
}
