package io.bilgewatch.agent.cli;

import io.bilgewatch.agent.config.DurationText;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A duration as the configuration writes it. */
final class DurationConverter implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String value) {
    try {
      return DurationText.parse(value);
    } catch (IllegalArgumentException _) {
      throw new TypeConversionException(
          "'" + value + "' is no duration with its unit (ms, s, m, h), such as 10m");
    }
  }
}
