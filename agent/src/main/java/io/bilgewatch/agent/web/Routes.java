package io.bilgewatch.agent.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The paths that are answered. A path that ends in a slash, other than {@code /} itself, stands for
 * everything below it too; the longest wins.
 */
public final class Routes {

  /** A route with what the server keeps about it. */
  record Mounted(String path, Route route, Semaphore turn, AtomicBoolean failing) {}

  private final Map<String, Mounted> mounted = new LinkedHashMap<>();

  public Routes(Map<String, Route> routes) {
    routes.forEach((path, route) -> mounted.put(checked(path), mount(path, route)));
  }

  Optional<Mounted> find(String path) {
    Mounted exact = mounted.get(path);
    if (exact != null) {
      return Optional.of(exact);
    }
    int slash = path.lastIndexOf('/');
    while (slash > 0) {
      Mounted above = mounted.get(path.substring(0, slash + 1));
      if (above != null) {
        return Optional.of(above);
      }
      slash = path.lastIndexOf('/', slash - 1);
    }
    return Optional.empty();
  }

  private static Mounted mount(String path, Route route) {
    return new Mounted(path, route, new Semaphore(1, true), new AtomicBoolean());
  }

  private static String checked(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("a path starts with a slash, not like " + path);
    }
    return path;
  }
}
