package io.bilgewatch.containerlog;

import io.bilgewatch.libc.Statx;

/** What the followers of one thread read with, one after the other. */
public final class LogBuffers implements AutoCloseable {
  /**
   * The longest row of the engine: 16 KiB of text, each byte as {@code \}{@code u00XX}, and more.
   */
  static final int ROW = 256 << 10;

  private final byte[] bytes = new byte[ROW];
  private final LogRow row = new LogRow();
  private final Statx statx = new Statx();

  byte[] bytes() {
    return bytes;
  }

  LogRow row() {
    return row;
  }

  Statx statx() {
    return statx;
  }

  @Override
  public void close() {
    statx.close();
  }
}
