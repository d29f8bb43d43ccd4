package io.bilgewatch.kernel;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** What was read, or why it was not: a figure that is missing says so and is never a zero. */
public sealed interface Reading<T> {

  record Present<T>(T value) implements Reading<T> {
    public Present {
      Objects.requireNonNull(value, "value");
    }
  }

  /**
   * @param cause the kind of reason, which a remedy hangs on
   * @param detail for people: what was tried and what came back
   */
  record Missing<T>(Cause cause, String detail) implements Reading<T> {
    public Missing {
      Objects.requireNonNull(cause, "cause");
      Objects.requireNonNull(detail, "detail");
    }

    /** The same reason for a figure of another type. */
    public <U> Missing<U> as() {
      return new Missing<>(cause, detail);
    }
  }

  /** Why a figure is not there. */
  enum Cause {
    /** There is no such thing here, as a cgroup of a stopped container: no error. */
    NOT_APPLICABLE,
    /** Not measured yet. */
    PENDING,
    /** It went away while it was looked at: no error. */
    VANISHED,
    /** The kernel said EACCES or EPERM. */
    NOT_PERMITTED,
    /** This kernel, driver or file system does not have it. */
    UNSUPPORTED,
    /** The text was not understood. */
    MALFORMED,
    /** Any other error of the system. */
    FAILED,
    /** The kernel did not come back within the deadline. */
    STUCK;

    /** Whether somebody has to do something about it. */
    public boolean isFault() {
      return switch (this) {
        case NOT_APPLICABLE, PENDING, VANISHED -> false;
        case NOT_PERMITTED, UNSUPPORTED, MALFORMED, FAILED, STUCK -> true;
      };
    }
  }

  static <T> Reading<T> of(T value) {
    return new Present<>(value);
  }

  static <T> Reading<T> missing(Cause cause, String detail) {
    return new Missing<>(cause, detail);
  }

  static <T> Reading<T> notApplicable(String detail) {
    return new Missing<>(Cause.NOT_APPLICABLE, detail);
  }

  /** The reading that an error stands for. */
  static <T> Reading<T> failed(IOException error) {
    String detail = String.valueOf(error.getMessage());
    Cause cause = KernelFile.cause(error);
    return new Missing<>(cause, cause == Cause.NOT_PERMITTED ? "not permitted: " + detail : detail);
  }

  // No switch here: a type switch is a call through method handles, which only the second compiler
  // makes cheap, and these are asked some thousand times a second.

  default Optional<T> optional() {
    return this instanceof Present<T> present ? Optional.of(present.value) : Optional.empty();
  }

  default <U> Reading<U> map(Function<? super T, ? extends U> change) {
    return this instanceof Present<T> present
        ? new Present<>(change.apply(present.value))
        : this.<U>missing();
  }

  private <U> Reading<U> missing() {
    return ((Missing<T>) this).as();
  }

  /** The value, or another where it is missing. */
  default T orElse(T other) {
    return this instanceof Present<T> present ? present.value : other;
  }

  default boolean isPresent() {
    return this instanceof Present;
  }
}
