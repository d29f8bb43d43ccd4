package io.bilgewatch.agent.web;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * A response that is collected and can be sent.
 *
 * @param headers complete but for those of the connection
 */
record Answer(int status, Map<String, String> headers, Segments body) {

  /**
   * @param gzip whether the client takes it
   * @throws IOException what the body throws; {@link Segments.Full} where the budget is spent
   */
  static Answer collect(Response response, boolean gzip, Budget budget) throws IOException {
    boolean compress = gzip && response.compressible();
    Segments body = new Segments(budget);
    boolean complete = false;
    try {
      write(response.body(), compress, body);
      complete = !body.isFull();
    } finally {
      if (!complete) {
        body.discard();
      }
    }
    if (!complete) {
      throw new Segments.Full();
    }
    return new Answer(response.status(), headers(response, compress, body.length()), body);
  }

  /** For the few short answers that the connection gives itself. */
  static Answer small(Response response) {
    try {
      return collect(response, false, new Budget(64 * 1024));
    } catch (IOException e) {
      throw new IllegalArgumentException("not a small answer", e);
    }
  }

  private static void write(Response.Body body, boolean compress, Segments to) throws IOException {
    if (!compress) {
      body.writeTo(to);
      return;
    }
    try (FastGzip gzip = new FastGzip(to)) {
      body.writeTo(gzip);
    }
  }

  private static Map<String, String> headers(Response response, boolean gzip, long length) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(response.headers());
    headers.put("Content-Type", response.contentType());
    headers.put("Content-Length", Long.toString(length));
    headers.put("Cache-Control", "no-store");
    headers.put("X-Content-Type-Options", "nosniff");
    if (response.compressible()) {
      headers.put("Vary", "Accept, Accept-Encoding");
    }
    if (gzip) {
      headers.put("Content-Encoding", "gzip");
    }
    return headers;
  }

  /** Level 1: higher ones cost four times the time for a fifth of the bytes. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(Segments out) throws IOException {
      super(out, 8192);
      def.setLevel(1);
    }
  }
}
