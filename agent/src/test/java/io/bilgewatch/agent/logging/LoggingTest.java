package io.bilgewatch.agent.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.bilgewatch.agent.config.LogLevel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggingTest {

  @Test
  void anEventIsOneLine() {
    assertEquals(
        "2026-01-31T23:59:59.123Z warn overlay.LayerWalk: web1: permission denied\n",
        line("io.bilgewatch.overlay.LayerWalk", "{}: {}", null, "web1", "permission denied"));
    assertTrue(line("io.bilgewatch.agent.web.HttpServer", "x", null).contains(" web.HttpServer: "));
    assertTrue(line("io.netty.x", "x", null).contains(" io.netty.x: "));
  }

  @Test
  void whatAContainerChoseCanNotForgeALine() {
    String forged =
        "x\r\n2026-01-31T23:59:59.123Z error fake: \u001b[31m\u0085\u2028\u202e\ud800\0";
    String line = line("a", "{}", null, forged);
    assertTrue(
        line.endsWith(
            "x\\r\\n2026-01-31T23:59:59.123Z error fake:"
                + " \\u001B[31m\\u0085\\u2028\\u202E\\uD800\\u0000\n"),
        line);
    assertEquals(1, line.lines().count());
    assertTrue(line("a", "{}", null, "größe 大きさ 😀").contains("größe 大きさ 😀"));
  }

  @Test
  void anExceptionIsInTheSameLineWithItsCauses() {
    String line =
        line("a", "failed", new IOException("outer\nline", new IllegalStateException("in\tner")));
    assertEquals(1, line.lines().count());
    assertTrue(line.contains("failed; by java.io.IOException: outer\\nline at "), line);
    assertTrue(line.contains("; by java.lang.IllegalStateException: in\\tner at "), line);
  }

  @Test
  void aLineHasAnEnd() {
    String line = line("a", "{}", null, "x".repeat(1_000_000));
    assertTrue(line.length() < 9_000);
    assertTrue(line.endsWith("… (991808 more)\n"), line);
  }

  @Test
  void logbackFindsTheSetUpByItself() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    var appenders = context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
    ConsoleAppender<?> only = (ConsoleAppender<?>) appenders.next();
    assertEquals("System.err", only.getTarget());
    assertTrue(only.getEncoder() instanceof LineEncoder);
    assertFalse(appenders.hasNext());
  }

  @Test
  void theLevelIsOursAndLibrariesStayQuiet() {
    try {
      Logging.level(LogLevel.DEBUG);
      assertTrue(LoggerFactory.getLogger("io.bilgewatch.x").isDebugEnabled());
      assertFalse(LoggerFactory.getLogger("io.netty.x").isInfoEnabled());
      Logging.level(LogLevel.ERROR);
      assertFalse(LoggerFactory.getLogger("io.bilgewatch.x").isWarnEnabled());
      assertFalse(LoggerFactory.getLogger("io.netty.x").isWarnEnabled());
    } finally {
      Logging.level(LogLevel.INFO);
    }
    assertTrue(LoggerFactory.getLogger("io.bilgewatch.x").isInfoEnabled());
    assertTrue(LoggerFactory.getLogger("io.netty.x").isWarnEnabled());
  }

  private static String line(String logger, String message, Throwable thrown, Object... values) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    LoggingEvent event =
        new LoggingEvent("", context.getLogger(logger), Level.WARN, message, thrown, values);
    event.setInstant(Instant.parse("2026-01-31T23:59:59.123Z"));
    return new String(new LineEncoder().encode(event), StandardCharsets.UTF_8);
  }
}
