package io.bilgewatch.agent.push;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The value of the label {@code instance}: {@code web1:10058}. */
public final class InstanceLabel {
  private static final int LONGEST = 4096;

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
    for (Path file : host.hostName()) {
      String name = read(file);
      if (!name.isEmpty()) {
        return name;
      }
    }
    throw new IOException(
        "the host's name can't be read from %s; set alertmanager.instance"
            .formatted(host.hostName()));
  }

  private static String read(Path file) {
    try {
      String text = new String(KernelFile.read(file, LONGEST), StandardCharsets.UTF_8);
      return text.strip().matches("[^\\s\\p{Cntrl}]+") ? text.strip() : "";
    } catch (IOException _) {
      return "";
    }
  }
}
