package io.bilgewatch.agent.top;

import io.bilgewatch.agent.top.State.Mode;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Terminal;
import java.io.EOFException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Shows the latest view again and again, and does what the keys say, until the user ends it. */
public final class Live {
  /** The size of the terminal is asked for that often: what is dragged is followed by eye. */
  private static final Duration LOOK = Duration.ofMillis(250);

  /** What follows an Escape comes at once, or the key was Escape. */
  private static final Duration ESCAPE = Duration.ofMillis(60);

  /** Whoever was stopped so long does not know what is on the screen. */
  private static final Duration STOPPED = Duration.ofSeconds(3);

  /** A job is stopped a moment after it was told to. */
  private static final Duration STOPPING = Duration.ofMillis(50);

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

  private final Session session;
  private final Supplier<Optional<HostView>> views;
  private final Screen screen;
  private final Duration interval;
  private final KeyDecoder decoder = new KeyDecoder();
  private final Rates rates = new Rates();
  private final Moments moments = new Moments();
  private State state;
  private Optional<HostView> view = Optional.empty();
  private Instant seenAt = Instant.now();
  private List<Row> rows = List.of();
  private Terminal.Size size = new Terminal.Size(0, 0);
  private long nextNanos = System.nanoTime();
  private int page = 1;

  /** Whether the screen is another than the one that was drawn. */
  private boolean stale = true;

  private Live(
      Session session, Screen screen, Supplier<Optional<HostView>> views, TopOptions options) {
    this.session = session;
    this.screen = screen;
    this.views = views;
    this.interval = options.interval();
    this.state = State.begin(options.sort(), options.filter());
  }

  /**
   * Returns when the user has ended it, or the terminal is gone.
   *
   * @param host its name
   * @param views asked for the latest one
   */
  public static void run(
      Terminal terminal,
      Look look,
      String host,
      Supplier<Optional<HostView>> views,
      TopOptions options)
      throws ErrnoException, InterruptedException {
    Session session = new Session(terminal, new Painter(look.colours()));
    Thread giveBack = new Thread(session::close, "bilgewatch-terminal");
    Runtime.getRuntime().addShutdownHook(giveBack);
    try (session) {
      session.enter();
      new Live(session, new Screen(look, host), views, options).loop();
    } catch (EOFException _) {
      // The terminal is gone, and nobody looks any more.
    }
  }

  private void loop() throws ErrnoException, EOFException, InterruptedException {
    while (state.mode() != Mode.ENDED) {
      draw();
      long before = System.nanoTime();
      keys();
      boolean stopped = System.nanoTime() - before > STOPPED.toNanos();
      if (stopped || !session.isRaw()) {
        session.enter();
        stale = true;
      }
    }
  }

  private void keys() throws ErrnoException, EOFException, InterruptedException {
    Duration patience = decoder.isPending() ? ESCAPE : patience();
    byte[] typed = session.read(patience);
    List<Key> keys = typed.length > 0 ? decoder.take(typed) : decoder.end();
    for (Key key : keys) {
      stale = true;
      if (key == Key.Named.SUSPEND) {
        suspend();
      } else if (key == Key.Named.REDRAW) {
        session.forget();
      }
      state = state.on(key, rows.stream().map(Row::id).toList(), page);
      arrange();
    }
  }

  private Duration patience() {
    long left = Math.max(0, nextNanos - System.nanoTime());
    return state.paused() || left >= LOOK.toNanos() ? LOOK : Duration.ofNanos(left).plusMillis(1);
  }

  private void suspend() throws ErrnoException, InterruptedException {
    session.leave();
    Terminal.stopJob();
    Thread.sleep(STOPPING);
    session.enter();
  }

  private void draw() throws ErrnoException {
    long now = System.nanoTime();
    if (now >= nextNanos && !state.paused()) {
      look(now);
    }
    Terminal.Size before = size;
    size = session.size();
    if (stale || !size.equals(before)) {
      Screen.Content content = new Screen.Content(view, rows, moments, TIME.format(seenAt), seenAt);
      Screen.Shown shown = screen.show(content, state, size);
      state = shown.state();
      page = Math.max(1, shown.page());
      stale = !session.draw(shown.lines(), size);
    }
  }

  /** In the beginning there is more to see each moment. */
  private void look(long now) {
    Optional<HostView> latest = views.get();
    latest.ifPresent(rates::take);
    latest.ifPresent(moments::take);
    boolean young = latest.isEmpty() || PlainTable.isMeasuring(latest.get());
    nextNanos = now + (young ? LOOK : interval).toNanos();
    seenAt = Instant.now();
    view = latest;
    stale = true;
    arrange();
  }

  private void arrange() {
    rows = Rows.of(view, rates, state);
  }
}
