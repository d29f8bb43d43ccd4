package io.bilgewatch.agent.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import io.bilgewatch.agent.text.Visible;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * An event as exactly one line, of which no part can forge another:
 *
 * <pre>
 * 2026-01-31T23:59:59.123Z warn overlay.LayerWalk: web1: permission denied
 * </pre>
 *
 * <p>An exception's causes and its first frames follow in the same line.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final int LONGEST = 8 * 1024;
  private static final int MOST_CAUSES = 5;
  private static final int MOST_FRAMES = 12;

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return (line(event) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String line(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
    line.append(' ').append(event.getLevel().toString().toLowerCase(Locale.ROOT));
    line.append(' ').append(shortName(event.getLoggerName())).append(": ");
    line.append(Visible.of(cut(event.getFormattedMessage())));
    IThrowableProxy thrown = event.getThrowableProxy();
    for (int i = 0; thrown != null && i < MOST_CAUSES; i++) {
      append(line, thrown);
      thrown = thrown.getCause();
    }
    return line.toString();
  }

  private static void append(StringBuilder line, IThrowableProxy thrown) {
    line.append("; by ").append(thrown.getClassName());
    line.append(": ").append(Visible.of(cut(thrown.getMessage())));
    StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
    for (int i = 0; i < Math.min(frames.length, MOST_FRAMES); i++) {
      line.append(' ').append(frames[i].getSTEAsString());
    }
  }

  private static String shortName(String logger) {
    return logger.replaceFirst("^io\\.bilgewatch\\.(agent\\.)?", "");
  }

  private static String cut(String text) {
    String given = String.valueOf(text);
    return given.length() <= LONGEST
        ? given
        : given.substring(0, LONGEST) + "… (" + (given.length() - LONGEST) + " more)";
  }
}
