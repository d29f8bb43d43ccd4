package io.bilgewatch.agent.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What a route answers. The body is collected completely before the status line is sent, so that a
 * body that fails half-way is a clean 500.
 *
 * @param contentType as in the header
 * @param compressible whether gzip is worth it
 * @param headers beyond the type, the length and those that every answer carries
 */
public record Response(
    int status, String contentType, boolean compressible, Map<String, String> headers, Body body) {
  static final String TEXT = "text/plain; charset=utf-8";

  /** Writes the content; called once, off the event loop. */
  @FunctionalInterface
  public interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  public Response {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("no status of an answer: " + status);
    }
    headers = Map.copyOf(headers);
  }

  /** A short text for people; the line's end is added. */
  public static Response text(int status, String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    return new Response(status, TEXT, false, Map.of(), out -> out.write(bytes));
  }

  /** The same with one more header. */
  Response with(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new Response(status, contentType, compressible, more, body);
  }

  public static Response json(int status, Body body) {
    return new Response(status, "application/json", true, Map.of(), body);
  }

  /**
   * @param policy the value of Content-Security-Policy
   */
  public static Response html(int status, String page, String policy) {
    return new Response(
        status,
        "text/html; charset=utf-8",
        true,
        Map.of("Content-Security-Policy", policy),
        out -> out.write(page.getBytes(StandardCharsets.UTF_8)));
  }
}
