package io.bilgewatch.agent.web;

import java.time.Duration;

/**
 * What a client may take from the server.
 *
 * @param lineBytes of the request line
 * @param headerBytes of all headers of a request
 * @param connections at once; one more is told 503 and closed
 * @param answerBytes of all answers under way, which live on the heap
 * @param requestTime from a request's first byte to its last
 * @param idleTime between two requests of a connection
 * @param sendTime for each 64 KiB of an answer
 * @param queueTime for which a request waits while the same route renders for another
 * @param answerTime for which a route may take to answer
 * @param stopTime for which running answers may still run when the server stops
 */
public record Limits(
    int lineBytes,
    int headerBytes,
    int connections,
    int answerBytes,
    Duration requestTime,
    Duration idleTime,
    Duration sendTime,
    Duration queueTime,
    Duration answerTime,
    Duration stopTime) {

  public static Limits standard() {
    return new Limits(
        8 * 1024,
        8 * 1024,
        128,
        32 * 1024 * 1024,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(2));
  }
}
