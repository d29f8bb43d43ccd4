package io.bilgewatch.agent.config;

import java.util.List;

/**
 * A value as somebody wrote it, not yet understood.
 *
 * @param name the dotted key
 */
public record Given(String name, Value value, Source source) {

  /** What stands at a key. */
  public sealed interface Value {

    record Scalar(String text) implements Value {}

    record Items(List<String> texts) implements Value {
      public Items {
        texts = List.copyOf(texts);
      }
    }
  }

  /** A value that an option gives. */
  public static Given option(String option, String key, String text) {
    return new Given(key, new Value.Scalar(text), new Source.Option(option));
  }

  /** The values of an option that may be repeated. */
  public static Given option(String option, String key, List<String> texts) {
    return new Given(key, new Value.Items(texts), new Source.Option(option));
  }
}
