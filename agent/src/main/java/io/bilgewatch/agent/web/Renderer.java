package io.bilgewatch.agent.web;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets routes answer away from the event loop, each route for one request at a time. How many wait
 * is bounded by the connections, of which each has one request under way.
 */
final class Renderer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Renderer.class);

  private final ExecutorService threads;
  private final Budget budget;
  private final Duration queueTime;

  Renderer(Limits limits) {
    threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("answer-", 0).factory());
    budget = new Budget(limits.answerBytes());
    queueTime = limits.queueTime();
  }

  /**
   * @param wanted asked before the work is begun: is the client still there
   * @param done takes the answer, always, on a thread of the renderer
   */
  void render(
      Routes.Mounted mounted, Request request, BooleanSupplier wanted, Consumer<Answer> done) {
    threads.execute(() -> done.accept(answer(mounted, request, wanted)));
  }

  Budget budget() {
    return budget;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private Answer answer(Routes.Mounted mounted, Request request, BooleanSupplier wanted) {
    try {
      if (!mounted.turn().tryAcquire(queueTime.toMillis(), TimeUnit.MILLISECONDS)) {
        return refusal(503, "busy with the same for others, try again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return refusal(503, "stopping");
    }
    try {
      return wanted.getAsBoolean() ? collect(mounted, request) : refusal(503, "gone");
    } finally {
      mounted.turn().release();
    }
  }

  // Whatever a route throws, an answer must come, or the connection would wait for ever.
  private Answer collect(Routes.Mounted mounted, Request request) {
    boolean gzip = AcceptHeader.parse(request.header("Accept-Encoding")).accepts("gzip");
    try {
      Answer answer = Answer.collect(mounted.route().answer(request), gzip, budget);
      if (mounted.failing().getAndSet(false)) {
        LOG.info("{} is answered again", mounted.path());
      }
      return answer;
    } catch (Segments.Full e) {
      return refusal(503, "too many bytes of answers under way, try again");
    } catch (Throwable e) {
      if (!mounted.failing().getAndSet(true)) {
        LOG.error("{} can't be answered; further failures are not logged", mounted.path(), e);
      }
      return refusal(500, "this could not be answered; the agent's log says why");
    }
  }

  private static Answer refusal(int status, String text) {
    return Answer.small(Response.text(status, text));
  }
}
