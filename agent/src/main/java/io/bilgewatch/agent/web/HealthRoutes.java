package io.bilgewatch.agent.web;

import java.util.Optional;
import java.util.function.Supplier;

/** {@code /-/healthy} and {@code /-/ready}, as Prometheus' own programs answer them. */
public final class HealthRoutes {
  private HealthRoutes() {}

  /** 200 as long as anything is answered at all. */
  public static Route healthy() {
    return _ -> Response.text(200, "healthy");
  }

  /**
   * @param reason why the agent is not ready yet; empty once it is
   */
  public static Route ready(Supplier<Optional<String>> reason) {
    return _ ->
        reason
            .get()
            .map(why -> Response.text(503, "not ready: " + why))
            .orElseGet(() -> Response.text(200, "ready"));
  }
}
