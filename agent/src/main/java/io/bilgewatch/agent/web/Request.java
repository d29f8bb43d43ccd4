package io.bilgewatch.agent.web;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A GET or HEAD that was understood.
 *
 * @param path decoded, without the query; a client chooses it
 * @param query each parameter's values in their order
 * @param headers by lower-case name; the values of one that is there twice are joined by a comma
 */
public record Request(String path, Map<String, List<String>> query, Map<String, String> headers) {

  public Request {
    query = Map.copyOf(query);
    headers = Map.copyOf(headers);
  }

  /** A header's value, empty where there is none. */
  public String header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }

  /** All values of a parameter such as {@code name[]}. */
  public List<String> parameters(String name) {
    return query.getOrDefault(name, List.of());
  }

  /** What follows a route's prefix: {@code web1} for {@code /api/v1/containers/web1}. */
  public String below(String prefix) {
    return path.startsWith(prefix) ? path.substring(prefix.length()) : "";
  }
}
