package io.bilgewatch.agent.view;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * How the push of alerts to one Alertmanager goes.
 *
 * @param url without credentials
 * @param problem why it does not take alerts; empty where it does
 * @param sent how many alerts it took, each time that it took one
 * @param errors how many requests failed
 * @param dropped how many alerts it was not told of, since there were too many or it refused them
 * @param waiting how many alerts it is to be told of now
 * @param lastSuccess when it took a request last, an empty one too
 */
public record PushStatus(
    String url,
    State state,
    Optional<String> problem,
    long sent,
    long errors,
    long dropped,
    int waiting,
    Optional<Instant> lastSuccess) {

  /** Whether the last request was taken. */
  public enum State {
    UNTRIED,
    UP,
    DOWN
  }

  public PushStatus {
    Objects.requireNonNull(url, "url");
    if ((state == State.DOWN) != problem.isPresent()) {
      throw new IllegalArgumentException(state + " and " + problem);
    }
  }

  /** Of one that was not asked yet. */
  public static PushStatus untried(String url) {
    return new PushStatus(url, State.UNTRIED, Optional.empty(), 0, 0, 0, 0, Optional.empty());
  }

  /** With more of them that nobody was told of. */
  public PushStatus withDropped(long more) {
    return new PushStatus(url, state, problem, sent, errors, dropped + more, waiting, lastSuccess);
  }
}
