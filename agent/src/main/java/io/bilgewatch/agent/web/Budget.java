package io.bilgewatch.agent.web;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The bytes that all answers under way may hold together. Large pieces that are given back are
 * handed out again, until the next garbage collection takes them: scrapes in a row make no garbage,
 * and one alone holds nothing when it is over.
 */
final class Budget {
  /** Smaller ones are not worth keeping. */
  static final int LARGE = 64 * 1024;

  private int left;
  private WeakReference<Deque<byte[]>> spare = new WeakReference<>(null);

  Budget(int bytes) {
    left = bytes;
  }

  /** A piece, all of it or nothing. What is in it is of no meaning. */
  synchronized Optional<byte[]> take(int bytes) {
    if (left < bytes) {
      return Optional.empty();
    }
    left -= bytes;
    Deque<byte[]> pieces = spare.get();
    boolean known = bytes == LARGE && pieces != null && !pieces.isEmpty();
    return Optional.of(known ? pieces.removeLast() : new byte[bytes]);
  }

  synchronized void give(byte[] piece) {
    left += piece.length;
    if (piece.length == LARGE) {
      Deque<byte[]> pieces = spare.get();
      if (pieces == null) {
        pieces = new ArrayDeque<>();
        spare = new WeakReference<>(pieces);
      }
      pieces.addLast(piece);
    }
  }

  synchronized int left() {
    return left;
  }
}
