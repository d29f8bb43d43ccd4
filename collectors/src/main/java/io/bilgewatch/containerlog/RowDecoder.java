package io.bilgewatch.containerlog;

/** How a log driver puts rows one behind the other. */
sealed interface RowDecoder permits JsonFileLine, LocalLogEntry {
  /** There may be more of the row than the bytes given. */
  int INCOMPLETE = -1;

  /** Here begins no row, and where one does can't be told. */
  int LOST = -2;

  /**
   * Decodes the row at an offset.
   *
   * @return one behind its last byte, also where the row is malformed; or {@link #INCOMPLETE} or
   *     {@link #LOST}
   */
  int decode(byte[] bytes, int at, int to, LogRow row);

  /** Where the first whole row begins in a file's last bytes; {@code to} where none does. */
  int boundary(byte[] bytes, int from, int to);
}
