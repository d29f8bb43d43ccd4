package io.bilgewatch.fanotify;

import io.bilgewatch.kernel.HostRoot;

/** Opens a group in a process that may be given fewer capabilities. */
final class OpenMain {
  private OpenMain() {}

  public static void main(String[] arguments) {
    System.out.println(WriteMarks.open(HostRoot.LIVE).map(marks -> "open"));
  }
}
