package io.bilgewatch.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the C headers of this machine say that sizes, offsets and constants are. */
public final class CHeaders {
  private CHeaders() {}

  /** As below, where the headers have everything. */
  public static Map<String, Long> say(
      Path directory, List<String> includes, Collection<String> terms)
      throws IOException, InterruptedException {
    return say(directory, includes, "", terms);
  }

  /**
   * @param directory an empty one
   * @param includes such as {@code linux/netlink.h}
   * @param declarations of what is in no header of user space
   * @param terms of C that are whole numbers
   */
  public static Map<String, Long> say(
      Path directory, List<String> includes, String declarations, Collection<String> terms)
      throws IOException, InterruptedException {
    assumeTrue(isOnPath("gcc"), "no gcc to ask the C headers with");
    String source =
        "#define _GNU_SOURCE\n"
            + Stream.concat(Stream.of("stddef.h", "stdint.h", "stdio.h"), includes.stream())
                .map("#include <%s>\n"::formatted)
                .collect(Collectors.joining())
            + declarations
            + terms.stream()
                .map(term -> "printf(\"%%ld\\n\", (long)(%s));\n".formatted(term))
                .collect(Collectors.joining("", "int main(void) {\n", "return 0;\n}\n"));
    Path file = Files.writeString(directory.resolve("layout.c"), source);
    String program = directory.resolve("layout").toString();
    Shell.run("gcc", "-o", program, file.toString());
    String[] values = Shell.run(program).split("\n", -1);
    Map<String, Long> said = new TreeMap<>();
    int i = 0;
    for (String term : terms) {
      said.put(term, Long.parseLong(values[i++]));
    }
    return said;
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
