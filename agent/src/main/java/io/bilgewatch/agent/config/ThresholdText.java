package io.bilgewatch.agent.config;

import io.bilgewatch.agent.rule.Threshold;
import java.util.OptionalDouble;

/** A threshold as somebody wrote it, in the file or in a container's label. */
public final class ThresholdText {
  private ThresholdText() {}

  /** What is to be written, to end the sentence "expects …". */
  public static String expects(Threshold threshold) {
    return AlertKeys.kind(threshold.unit()).expects();
  }

  /** Empty where the text is not what is expected. */
  public static OptionalDouble read(Threshold threshold, String text) {
    try {
      return OptionalDouble.of(AlertKeys.kind(threshold.unit()).read(new Given.Value.Scalar(text)));
    } catch (Kind.Unfit _) {
      return OptionalDouble.empty();
    }
  }

  /** As it would be written in the file. */
  public static String show(Threshold threshold, double value) {
    return AlertKeys.kind(threshold.unit()).show(value);
  }
}
