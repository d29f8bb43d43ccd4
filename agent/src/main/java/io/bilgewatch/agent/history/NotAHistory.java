package io.bilgewatch.agent.history;

import java.io.IOException;

/** A file that is not what this agent writes. */
final class NotAHistory extends IOException {
  private static final long serialVersionUID = 1L;

  NotAHistory(String why) {
    super(why);
  }
}
