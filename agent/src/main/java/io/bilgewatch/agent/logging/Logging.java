package io.bilgewatch.agent.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.bilgewatch.agent.config.LogLevel;
import org.slf4j.LoggerFactory;

/**
 * Sets logback up before the first line. It is found by logback itself, which otherwise looks for
 * an XML file, and brings the XML parser to do so.
 */
public final class Logging extends ContextAwareBase implements Configurator {
  private static final String OURS = "io.bilgewatch";

  /** Ours at the level; libraries never below warn, whose debugging is not our user's. */
  public static void level(LogLevel level) {
    Level chosen = Level.toLevel(level.name());
    logger(OURS).setLevel(chosen);
    logger(org.slf4j.Logger.ROOT_LOGGER_NAME)
        .setLevel(chosen.isGreaterOrEqual(Level.WARN) ? chosen : Level.WARN);
  }

  /** From now on there is nothing but what is shown: a line of the log would tear a full screen. */
  public static void silence() {
    logger(OURS).setLevel(Level.OFF);
    logger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    LineEncoder encoder = new LineEncoder();
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    context.getLogger(OURS).setLevel(Level.INFO);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }
}
