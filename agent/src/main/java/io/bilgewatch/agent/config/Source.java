package io.bilgewatch.agent.config;

/** Where a value comes from. */
public sealed interface Source {

  record Default() implements Source {
    @Override
    public String toString() {
      return "default";
    }
  }

  /**
   * @param line counted from 1
   */
  record File(String name, int line) implements Source {
    @Override
    public String toString() {
      return name + ":" + line;
    }
  }

  /**
   * @param name with its dashes, such as {@code --web.listen-address}
   */
  record Option(String name) implements Source {
    @Override
    public String toString() {
      return name;
    }
  }
}
