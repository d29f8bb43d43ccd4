package io.bilgewatch.agent.push;

import io.bilgewatch.kernel.HostName;
import io.bilgewatch.kernel.HostRoot;
import java.io.IOException;
import java.util.Optional;

/** The value of the label {@code instance}: {@code web1:10058}. */
public final class InstanceLabel {
  private InstanceLabel() {}

  /**
   * What the configuration says, or the host's name and our port.
   *
   * @param port that we really listen on
   * @throws IOException where the host's name can't be read; two hosts without one would be one to
   *     Alertmanager
   */
  public static String of(Optional<String> configured, HostRoot host, int port) throws IOException {
    return configured.isPresent() ? configured.get() : hostName(host) + ":" + port;
  }

  private static String hostName(HostRoot host) throws IOException {
    return HostName.of(host)
        .orElseThrow(() ->
            new IOException(
                "the host's name can't be read from %s; set alertmanager.instance"
                    .formatted(host.hostName())));
  }
}
