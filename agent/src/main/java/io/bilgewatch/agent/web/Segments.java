package io.bilgewatch.agent.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A collected body, in pieces that grow from 1 to 64 KiB: nothing is copied when it grows, and each
 * piece is given up as soon as it is sent. Written by one thread, then sent by another.
 */
final class Segments extends OutputStream {
  private static final int FIRST = 1024;
  private static final int LARGEST = Budget.LARGE;

  /** No room for another piece. */
  static final class Full extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private final Budget budget;
  private final Deque<ByteBuffer> pieces = new ArrayDeque<>();
  private byte[] last = new byte[0];
  private int used;
  private long length;
  private boolean full;

  Segments(Budget budget) {
    this.budget = budget;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    int end = from + count;
    for (int at = from; at < end; ) {
      if (used == last.length) {
        grow();
      }
      int part = Math.min(end - at, last.length - used);
      System.arraycopy(bytes, at, last, used, part);
      used += part;
      length += part;
      at += part;
    }
  }

  /** In bytes. */
  long length() {
    return length;
  }

  /** Whether a piece was refused, whatever became of the exception. */
  boolean isFull() {
    return full;
  }

  /** The next piece; null where none is left. */
  ByteBuffer poll() {
    seal();
    return pieces.pollFirst();
  }

  /** A piece was sent or is not needed any more. */
  @SuppressWarnings("ByteBufferBackingArray") // Each wraps an array from its beginning.
  void giveBack(ByteBuffer piece) {
    budget.give(piece.array());
  }

  /** Gives up what was not sent. */
  void discard() {
    for (ByteBuffer piece = poll(); piece != null; piece = poll()) {
      giveBack(piece);
    }
  }

  private void grow() throws IOException {
    int size = Math.clamp(last.length * 2L, FIRST, LARGEST);
    Optional<byte[]> piece = full ? Optional.empty() : budget.take(size);
    if (piece.isEmpty()) {
      full = true;
      throw new Full();
    }
    seal();
    last = piece.get();
  }

  private void seal() {
    if (last.length > 0) {
      pieces.addLast(ByteBuffer.wrap(last, 0, used));
      last = new byte[0];
      used = 0;
    }
  }
}
