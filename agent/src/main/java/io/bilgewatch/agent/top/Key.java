package io.bilgewatch.agent.top;

/** A key that was pressed. */
sealed interface Key {

  /** A character. */
  record Typed(int point) implements Key {}

  /** Every other key that means something here. */
  enum Named implements Key {
    UP,
    DOWN,
    PAGE_UP,
    PAGE_DOWN,
    HOME,
    END,
    ENTER,
    ESCAPE,
    BACKSPACE,
    /** Ctrl-C. */
    INTERRUPT,
    /** Ctrl-Z. */
    SUSPEND,
    /** Ctrl-L. */
    REDRAW,
    /** Ctrl-U. */
    CLEAR
  }
}
