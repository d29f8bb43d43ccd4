package io.bilgewatch.agent.config;

import io.bilgewatch.agent.config.Given.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What a key takes: how its value is read, shown and described. */
sealed interface Kind<T> {

  /** What is expected, to end the sentence "expects …". */
  String expects();

  /**
   * @throws Unfit where the value is not what is expected
   */
  T read(Value value) throws Unfit;

  /** As it would be written in the file. */
  String show(T value);

  /** A value that does not fit; the message says what was found. */
  final class Unfit extends Exception {
    private static final long serialVersionUID = 1L;

    Unfit(String found) {
      super(found, null, false, false);
    }
  }

  /**
   * One scalar.
   *
   * @param reader throws IllegalArgumentException where the text does not fit
   */
  record Single<T>(String expects, Function<String, T> reader, Function<T, String> writer)
      implements Kind<T> {

    @Override
    public T read(Value value) throws Unfit {
      return switch (value) {
        case Value.Scalar(String text) -> read(text);
        case Value.Items _ -> throw new Unfit("found a list");
      };
    }

    @Override
    public String show(T value) {
      return writer.apply(value);
    }

    private T read(String text) throws Unfit {
      try {
        return reader.apply(text);
      } catch (IllegalArgumentException e) {
        throw new Unfit("found \"" + shortened(text) + "\"");
      }
    }
  }

  /** A list of scalars; the empty list stands for "not set". */
  record Several<T>(Single<T> item) implements Kind<List<T>> {

    @Override
    public String expects() {
      return "a list, each item " + item.expects();
    }

    @Override
    public List<T> read(Value value) throws Unfit {
      return switch (value) {
        case Value.Scalar _ -> throw new Unfit("found a single value");
        case Value.Items(List<String> texts) -> readAll(texts);
      };
    }

    @Override
    public String show(List<T> values) {
      return values.stream().map(item::show).toList().toString();
    }

    private List<T> readAll(List<String> texts) throws Unfit {
      List<T> values = new ArrayList<>();
      for (String text : texts) {
        values.add(item.read(text));
      }
      return List.copyOf(values);
    }
  }

  /** Cut, and without the password of a URL: what is found wrong ends in logs. */
  private static String shortened(String text) {
    String open = text.replaceAll("//[^/\\s]*@", "//…@");
    return open.length() <= 80 ? open : open.substring(0, 80) + "…";
  }
}
