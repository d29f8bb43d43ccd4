package io.bilgewatch.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;

/** Runs a class of these tests with less than this process may. */
public final class Privileges {
  private Privileges() {}

  /**
   * What a class's {@code main} prints.
   *
   * @param launcher such as {@code setpriv --reuid 12345}, run by sh(1)
   */
  public static String run(Class<?> main, String launcher)
      throws IOException, InterruptedException {
    Path directory =
        Files.createTempDirectory(
            "bilgewatch-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    try {
      copyClasses(directory);
      return Shell.run(
          "sh",
          "-c",
          "cd %s; exec %s %s/bin/java --enable-native-access=ALL-UNNAMED -Xmx32m -Djna.tmpdir=%s -cp $(ls -d classes/* | paste -sd:) '%s'"
              .formatted(
                  directory,
                  launcher,
                  System.getProperty("java.home"),
                  directory.resolve("classes"),
                  main.getName()));
    } finally {
      Shell.run("rm", "-r", directory.toString());
    }
  }

  /** To where a user without any right may read them, and JNA may unpack its library. */
  private static void copyClasses(Path directory) throws IOException, InterruptedException {
    List<String> needed =
        Arrays.stream(System.getProperty("java.class.path").split(":", -1))
            .filter(path -> path.matches(".*/(test-)?classes|.*/jna-\\d[^/]*"))
            .toList();
    assertTrue(needed.size() >= 2, needed::toString);
    String classes = directory.resolve("classes").toString();
    Shell.run("mkdir", "-m", "777", classes);
    for (String path : needed) {
      Shell.run("cp", "-rL", path, classes);
    }
    Shell.run("chmod", "-R", "a+rX", classes);
  }
}
