package io.bilgewatch.agent.web;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets routes answer away from the event loop, each route for one request at a time. How many wait
 * is bounded by the connections, of which each has one request under way; how many work, by the
 * routes.
 */
final class Renderer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Renderer.class);

  /** So that a scraper finds the thread there that answered it before. */
  private static final Duration SPARE = Duration.ofSeconds(90);

  private final ExecutorService waiters;
  private final ThreadFactory factory =
      Thread.ofPlatform().daemon().name("bilgewatch-answer-", 0).factory();
  private final Map<String, ExecutorService> workers = new HashMap<>();
  private boolean closed;
  private final Budget budget;
  private final Duration queueTime;

  Renderer(Limits limits) {
    waiters = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("turn-", 0).factory());
    budget = new Budget(limits.answerBytes());
    queueTime = limits.queueTime();
  }

  /**
   * The thread of a route, which ends when nobody asks any more. A platform thread: on a virtual
   * one a {@link java.io.BufferedWriter}, which the writers of the exposition formats use, grows by
   * one character at a time, which made 20 MB of garbage a scrape.
   */
  private synchronized ExecutorService worker(Routes.Mounted mounted) {
    if (closed) {
      throw new RejectedExecutionException("stopping");
    }
    return workers.computeIfAbsent(
        mounted.path(),
        _ -> {
          ThreadPoolExecutor one =
              new ThreadPoolExecutor(
                  1, 1, SPARE.toSeconds(), TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
          one.allowCoreThreadTimeOut(true);
          return one;
        });
  }

  /**
   * @param wanted asked before the work is begun: is the client still there
   * @param done takes the answer, always, on a thread of the renderer
   */
  void render(
      Routes.Mounted mounted, Request request, BooleanSupplier wanted, Consumer<Answer> done) {
    Runnable work = () -> done.accept(answer(mounted, request, wanted));
    if (mounted.turn().tryAcquire()) {
      work(mounted, work);
    } else {
      waiters.execute(() -> await(mounted).ifPresentOrElse(done, () -> work(mounted, work)));
    }
  }

  /**
   * Makes an answer on this thread and throws it away; where somebody waits for one, nothing is
   * done.
   */
  void rehearse(Routes.Mounted mounted, Request request) {
    if (mounted.turn().tryAcquire()) {
      answer(mounted, request, () -> true).body().discard();
    }
  }

  /** Where there is no thread for it, nobody may wait for the turn for ever. */
  private void work(Routes.Mounted mounted, Runnable work) {
    try {
      worker(mounted).execute(work);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      mounted.turn().release();
      throw e;
    }
  }

  Budget budget() {
    return budget;
  }

  @Override
  public synchronized void close() {
    closed = true;
    waiters.shutdownNow();
    workers.values().forEach(ExecutorService::shutdownNow);
  }

  /** Empty with the turn taken, else the refusal. */
  private Optional<Answer> await(Routes.Mounted mounted) {
    try {
      return mounted.turn().tryAcquire(queueTime.toMillis(), TimeUnit.MILLISECONDS)
          ? Optional.empty()
          : Optional.of(refusal(503, "busy with the same for others, try again"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(refusal(503, "stopping"));
    }
  }

  private Answer answer(Routes.Mounted mounted, Request request, BooleanSupplier wanted) {
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
