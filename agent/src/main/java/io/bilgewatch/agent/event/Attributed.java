package io.bilgewatch.agent.event;

import java.util.Objects;

/** Whose an event was. */
public sealed interface Attributed {

  /** By what a container was found, the surest first. */
  enum How {
    FORK_CACHE,
    CGROUP,
    SELINUX_LEVEL,
    APPARMOR_PROFILE
  }

  /**
   * A container's that the inventory has, or had.
   *
   * @param id 64 hex digits
   */
  record ToContainer(String id, String name, How how) implements Attributed {
    public ToContainer {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(how, "how");
    }
  }

  /** A container's that the inventory has not: another engine's, or one that has just come. */
  record ToUnlisted(String id, How how) implements Attributed {
    /** As many hex digits as Docker's own tools show. */
    private static final int SHORT_ID = 12;

    public ToUnlisted {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(how, "how");
    }

    /** What is left to say where the inventory never learns of it. */
    public Unattributed givenUp() {
      return new Unattributed(
          "unknown container " + id.substring(0, Math.min(SHORT_ID, id.length())));
    }
  }

  /** In no container. */
  record ToHost() implements Attributed {}

  /**
   * Nobody can say; nothing is guessed.
   *
   * @param why for people
   */
  record Unattributed(String why) implements Attributed {
    public Unattributed {
      Objects.requireNonNull(why, "why");
    }
  }
}
