package io.bilgewatch.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own. */
class MainTest {

  private record Ended(int code, String out, String err) {}

  @TempDir Path folder;

  @Test
  void endsWithTheCommandsCodeAndWritesNothingBesides() throws Exception {
    Path file = Files.writeString(folder.resolve("b.yml"), "log.level: warn\n");
    Ended fine = run("check-config", "--config.file=" + file);
    assertEquals(new Ended(0, fine.out(), ""), fine);
    assertTrue(fine.out().contains("log.level = warn (" + file + ":1)\n"), fine.out());
  }

  @Test
  void wrongUsageGoesToStandardErrorAlone() throws Exception {
    Ended wrong = run("chek-config");
    assertEquals(new Ended(2, "", wrong.err()), wrong);
    assertTrue(wrong.err().contains("did you mean \"check-config\"?"), wrong.err());
  }

  private Ended run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    int code =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    return new Ended(code, text(out), text(err));
  }

  private static String text(Path file) throws Exception {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
