package io.bilgewatch.agent.watch;

/** What a layer's turn is for. */
enum LayerWork {
  /** Files that were written to are to be read again. */
  WRITTEN(true),
  /** It has never been measured, or its container started or stopped. */
  BEGIN(true),
  /** A check or a reading that is under way goes on. */
  GO_ON(false),
  /** Entries that came or went without a write are to be found, by the directories' ctimes. */
  CHECK(false),
  /** Everything is to be read again, whatever is known. */
  READ(false);

  /** Whether somebody waits for it. */
  final boolean urgent;

  LayerWork(boolean urgent) {
    this.urgent = urgent;
  }
}
