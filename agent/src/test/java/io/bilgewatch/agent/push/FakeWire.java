package io.bilgewatch.agent.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Takes what is posted, or answers what a test wants, and remembers both. */
final class FakeWire implements Wire {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final Answer REFUSED_CONNECTION = new Answer.Failed("the connection is refused", false);

  private final HandClock clock;
  private final List<Sent> taken = new ArrayList<>();
  private final List<List<JsonNode>> requests = new ArrayList<>();
  private Function<List<JsonNode>, Answer> answer = _ -> new Answer.Taken();
  private int largest;

  /** One alert that was taken, and when. */
  record Sent(JsonNode alert, long nanos) {
    String container() {
      return alert.at("/labels/container").asText();
    }
  }

  FakeWire(HandClock clock) {
    this.clock = clock;
  }

  void answer(Function<List<JsonNode>, Answer> wanted) {
    answer = wanted;
  }

  @Override
  public Answer post(byte[] json) {
    List<JsonNode> alerts = new ArrayList<>();
    try {
      JSON.readTree(json).forEach(alerts::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    largest = Math.max(largest, json.length);
    requests.add(alerts);
    Answer answered = answer.apply(alerts);
    if (answered instanceof Answer.Taken) {
      alerts.forEach(alert -> taken.add(new Sent(alert, clock.nanos())));
    }
    return answered;
  }

  List<Sent> taken() {
    return taken;
  }

  /** How many alerts each request had. */
  List<Integer> sizes() {
    return requests.stream().map(List::size).toList();
  }

  int largest() {
    return largest;
  }

  void forget() {
    taken.clear();
    requests.clear();
  }
}
