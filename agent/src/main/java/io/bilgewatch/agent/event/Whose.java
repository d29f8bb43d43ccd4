package io.bilgewatch.agent.event;

import java.util.Objects;

/** To whom an event belongs; never guessed. */
public sealed interface Whose {
  /** A container of an engine that is watched. */
  record Container(String id, String name) implements Whose {
    public Container {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(name, "name");
    }
  }

  /** A process outside of every container. */
  record Host() implements Whose {}

  /**
   * Nobody can tell.
   *
   * @param why for people
   */
  record Unattributed(String why) implements Whose {
    public Unattributed {
      Objects.requireNonNull(why, "why");
    }
  }

  static Whose host() {
    return new Host();
  }

  static Whose of(Attributed attributed) {
    return switch (attributed) {
      case Attributed.ToContainer(String id, String name, _) -> new Container(id, name);
      case Attributed.ToHost _ -> new Host();
      case Attributed.ToUnlisted unlisted -> new Unattributed(unlisted.givenUp().why());
      case Attributed.Unattributed(String why) -> new Unattributed(why);
    };
  }

  /** Empty where it is no container's. */
  default String containerId() {
    return switch (this) {
      case Container(String id, _) -> id;
      case Host(), Unattributed(_) -> "";
    };
  }

  /** For people. */
  default String text() {
    return switch (this) {
      case Container(_, String name) -> name;
      case Host() -> "the host";
      case Unattributed(_) -> "unattributed";
    };
  }
}
