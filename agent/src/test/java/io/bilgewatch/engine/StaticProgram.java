package io.bilgewatch.engine;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs for containers that an image does not have: of C, statically linked. */
public final class StaticProgram {
  private StaticProgram() {}

  /**
   * Compiles a source among the tests' resources, and puts the program into a container.
   *
   * @param name of the source, without {@code .c}
   * @return the program's path in the container
   */
  public static String in(PrivateEngine engine, String container, String name) throws IOException {
    Assumptions.assumeTrue(isOnPath("gcc"), "no gcc to compile " + name + ".c with");
    Path source =
        Path.of(
            System.getProperty("bilgewatch.root", ".."),
            "agent/src/test/resources/native",
            name + ".c");
    Path program = Files.createTempFile(name, "");
    try {
      Shell.text("gcc", "-static", "-O1", "-o", program.toString(), source.toString());
      engine.docker("cp", program.toString(), container + ":/" + name);
    } finally {
      Files.delete(program);
    }
    return "/" + name;
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
