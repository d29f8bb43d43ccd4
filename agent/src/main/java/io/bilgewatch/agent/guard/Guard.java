package io.bilgewatch.agent.guard;

import io.bilgewatch.agent.config.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards the server by a web configuration file, and reads it again when it or a file that it names
 * changes, so that a new certificate or password needs no restart. What can't be read, or asks for
 * less than before, changes nothing: a file that is just being written must not open the door.
 */
public final class Guard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

  /** A file that is the same at two looks has been written to its end. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** What was refused may become right by a file that was not there. */
  private static final int AGAIN_LOOKS = 15;

  private final Optional<Path> file;
  private final PasswordCheck check = new PasswordCheck();
  private final WrongPasswords wrong = new WrongPasswords();
  private volatile Rules rules;
  private volatile Runnable onChange = () -> {};
  private Optional<Thread> watch = Optional.empty();
  private List<Stamp> seen;
  private int looks;
  private String refused = "";
  private List<Stamp> refusedAt = List.of();

  private Guard(Optional<Path> file, Rules rules) {
    this.file = file;
    this.rules = rules;
    this.seen = rules.stamps();
  }

  /** Lets everybody in. */
  public static Guard open() {
    return new Guard(Optional.empty(), Rules.open());
  }

  /**
   * @throws ConfigurationException with everything that is wrong with the file and those it names
   */
  public static Guard of(Path file) throws ConfigurationException {
    Guard guard = new Guard(Optional.of(file), Rules.read(file));
    guard.watch =
        Optional.of(Thread.ofPlatform().daemon().name("bilgewatch-web-config").start(guard::watch));
    return guard;
  }

  /** Says what is wrong with a file, and nothing else. */
  public static void check(Path file) throws ConfigurationException {
    Rules.read(file);
  }

  /** The engine for one new connection; empty where HTTP is spoken plainly. */
  public Optional<SSLEngine> engine() {
    return rules.tls().map(ServerTls::engine);
  }

  public boolean isEncrypted() {
    return rules.tls().isPresent();
  }

  /** Whether nobody is served who does not show that he may. */
  public boolean isClosed() {
    return rules.isClosed();
  }

  /** Of every answer. */
  public Map<String, String> headers() {
    return rules.config().headers();
  }

  /**
   * @param authorization the request's header, empty where there is none
   * @param peer who asks
   * @param isThere whether he still waits for the answer
   * @param then told at once or on another thread; always, but where this is closed meanwhile
   */
  public void admit(
      String authorization, String peer, BooleanSupplier isThere, Consumer<Verdict> then) {
    Rules now = rules;
    if (now.passwords().areAsked()) {
      check.check(
          now.passwords(),
          authorization,
          new PasswordCheck.Asking(peer, isThere),
          verdict -> {
            if (verdict == Verdict.UNKNOWN && !authorization.isEmpty()) {
              wrong.happened(peer, System.nanoTime());
            }
            then.accept(verdict == Verdict.ADMITTED ? counted(now) : verdict);
          });
    } else {
      then.accept(counted(now));
    }
  }

  /** Strangers take no token. */
  private static Verdict counted(Rules now) {
    boolean free = now.rate().isEmpty() || now.rate().get().take(System.nanoTime());
    return free ? Verdict.ADMITTED : Verdict.TOO_MANY;
  }

  /**
   * @param changed called when other rules are in force, on a thread of this: connections of before
   *     were made by the old ones
   */
  public void onChange(Runnable changed) {
    onChange = changed;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(LOOK);
        look();
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private void look() {
    List<Stamp> now = rules.stamps().stream().map(Stamp::now).toList();
    boolean settled = now.equals(seen);
    seen = now;
    looks++;
    boolean again = !now.equals(refusedAt) || looks % AGAIN_LOOKS == 0;
    if (settled && again && !now.equals(rules.stamps())) {
      readAgain(file.orElseThrow());
    }
  }

  private void readAgain(Path from) {
    try {
      Rules read = Rules.read(from, rules);
      Optional<String> not = read.takesRestart(rules);
      if (not.isPresent()) {
        refuse("it %s, which takes a restart".formatted(not.get()));
        return;
      }
      rules = read;
      refused = "";
      refusedAt = List.of();
      LOG.info("{} was read again and is in force", from);
      onChange.run();
    } catch (ConfigurationException e) {
      refuse(e.getMessage());
    } catch (RuntimeException e) {
      // The next change may be one that can be read.
      refuse(e.toString());
    }
  }

  private void refuse(String why) {
    if (!why.equals(refused)) {
      LOG.error("the web configuration stays as it was: {}", why);
    }
    refused = why;
    refusedAt = seen;
  }

  @Override
  public void close() {
    watch.ifPresent(Thread::interrupt);
    check.close();
  }
}
