package io.bilgewatch.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The host's own name, from {@code /etc/hostname} or the kernel (hostname(5), proc_sys_kernel(5)).
 */
public final class HostName {
  private static final int LONGEST = 4096;

  private HostName() {}

  /** Empty where none can be read, or what is there is none. */
  public static Optional<String> of(HostRoot host) {
    return host.hostName().stream().flatMap(file -> read(file).stream()).findFirst();
  }

  private static Optional<String> read(Path file) {
    try {
      String text = new String(KernelFile.read(file, LONGEST), StandardCharsets.UTF_8).strip();
      return Optional.of(text).filter(name -> name.matches("[^\\s\\p{Cntrl}]+"));
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
