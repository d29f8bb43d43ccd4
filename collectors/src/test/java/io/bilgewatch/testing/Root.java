package io.bilgewatch.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** For tests on the real kernel: as root they must pass, as anybody else they can't be run. */
public final class Root {
  private Root() {}

  public static void required() throws IOException {
    int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    assumeTrue(uid == 0, "mounting and cgroups need root");
  }
}
