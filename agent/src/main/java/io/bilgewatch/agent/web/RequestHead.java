package io.bilgewatch.agent.web;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a request's head comes to: something to answer, or what is wrong with it. */
sealed interface RequestHead {

  record Understood(Request request) implements RequestHead {}

  /** The connection is closed after it: nobody knows where the next request would begin. */
  record Refused(Response response) implements RequestHead {}

  static RequestHead read(HttpRequest head) {
    return refusal(head)
        .<RequestHead>map(Refused::new)
        .or(() -> understood(head))
        .orElseGet(() -> new Refused(Response.text(400, "the path can't be decoded")));
  }

  private static Optional<Response> refusal(HttpRequest head) {
    if (head.decoderResult().isFailure()) {
      return Optional.of(malformed(head.decoderResult().cause()));
    }
    HttpVersion version = head.protocolVersion();
    if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
      return Optional.of(Response.text(505, "only HTTP/1.1 and HTTP/1.0 are spoken here"));
    }
    if (!isReading(head.method())) {
      return Optional.of(notAllowed());
    }
    if (hasBody(head.headers())) {
      return Optional.of(Response.text(413, "a request must not have a body"));
    }
    if (version.equals(HttpVersion.HTTP_1_1)
        && head.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
      return Optional.of(Response.text(400, "a request must have one Host header"));
    }
    return Optional.empty();
  }

  private static Response malformed(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ -> Response.text(414, "the request line is too long");
      case TooLongHttpHeaderException _ -> Response.text(431, "the headers are too large");
      default -> Response.text(400, "this is not an HTTP request");
    };
  }

  private static Response notAllowed() {
    return Response.text(405, "only GET and HEAD are answered").with("Allow", "GET, HEAD");
  }

  private static boolean isReading(HttpMethod method) {
    return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
  }

  private static boolean hasBody(HttpHeaders headers) {
    List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
    return headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
        || lengths.stream().anyMatch(length -> !length.equals("0"));
  }

  private static Optional<Understood> understood(HttpRequest head) {
    try {
      QueryStringDecoder uri =
          QueryStringDecoder.builder()
              .charset(StandardCharsets.UTF_8)
              .semicolonIsNormalChar(true)
              .build(withoutAuthority(head.uri()));
      Request request = new Request(uri.path(), uri.parameters(), headers(head.headers()));
      return Optional.of(new Understood(request));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** {@code http://host/path}, as a proxy's client asks, is {@code /path}. */
  private static String withoutAuthority(String uri) {
    int scheme = uri.indexOf("://");
    if (uri.startsWith("/") || scheme < 0) {
      return uri;
    }
    int slash = uri.indexOf('/', scheme + 3);
    return slash < 0 ? "/" : uri.substring(slash);
  }

  private static Map<String, String> headers(HttpHeaders headers) {
    Map<String, String> all = new HashMap<>();
    headers.forEach(entry ->
        all.merge(
            entry.getKey().toLowerCase(Locale.ROOT),
            entry.getValue(),
            (first, second) -> first + ", " + second));
    return all;
  }
}
