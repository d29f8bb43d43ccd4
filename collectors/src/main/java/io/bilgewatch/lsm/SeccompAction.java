package io.bilgewatch.lsm;

import java.util.Optional;

/** What a seccomp filter's return value says (linux/seccomp.h): its upper 16 bits. */
public enum SeccompAction {
  KILL_PROCESS(0x80000000, true),
  KILL_THREAD(0x00000000, true),
  TRAP(0x00030000, true),
  ERRNO(0x00050000, true),
  /** Another process decides. */
  USER_NOTIF(0x7fc00000, false),
  /** A tracer decides. */
  TRACE(0x7ff00000, false),
  LOG(0x7ffc0000, false),
  ALLOW(0x7fff0000, false);

  private static final int ACTION = 0xffff0000;

  private final int value;
  private final boolean blocks;

  SeccompAction(int value, boolean blocks) {
    this.value = value;
    this.blocks = blocks;
  }

  /** Whether the system call did not happen for it. */
  public boolean blocks() {
    return blocks;
  }

  /** The action of a record's {@code code}; empty for what a later kernel adds. */
  public static Optional<SeccompAction> of(int code) {
    for (SeccompAction action : values()) {
      if (action.value == (code & ACTION)) {
        return Optional.of(action);
      }
    }
    return Optional.empty();
  }
}
