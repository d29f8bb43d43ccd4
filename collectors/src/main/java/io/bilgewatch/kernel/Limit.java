package io.bilgewatch.kernel;

/** A bound that may not be there; never a magic number. */
public sealed interface Limit {

  record Bytes(long value) implements Limit {
    public Bytes {
      if (value < 0) {
        throw new IllegalArgumentException("negative limit: " + value);
      }
    }
  }

  record Unlimited() implements Limit {}

  static Limit bytes(long value) {
    return new Bytes(value);
  }

  static Limit unlimited() {
    return new Unlimited();
  }

  /** The tighter of two. */
  default Limit tighter(Limit other) {
    return switch (this) {
      case Unlimited _ -> other;
      case Bytes(long mine) ->
          switch (other) {
            case Unlimited _ -> this;
            case Bytes(long theirs) -> theirs < mine ? other : this;
          };
    };
  }
}
