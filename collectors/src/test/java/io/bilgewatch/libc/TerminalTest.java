package io.bilgewatch.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.testing.CHeaders;
import io.bilgewatch.testing.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminalTest {
  private static final String SIZE = "37 112";

  @TempDir private Path directory;

  @Test
  void agreesWithTheHeaders() throws Exception {
    Map<String, Long> ours = new TreeMap<>();
    ours.put("sizeof(struct termios)", (long) Terminal.TERMIOS_SIZE);
    ours.put("offsetof(struct termios, c_lflag)", (long) Terminal.LFLAG);
    ours.put("offsetof(struct termios, c_cc)", (long) Terminal.CC);
    ours.put("ISIG", (long) Terminal.ISIG);
    ours.put("ICANON", (long) Terminal.ICANON);
    ours.put("ECHO", (long) Terminal.ECHO);
    ours.put("IEXTEN", (long) Terminal.IEXTEN);
    ours.put("VTIME", (long) Terminal.VTIME);
    ours.put("VMIN", (long) Terminal.VMIN);
    ours.put("TCSANOW", (long) Terminal.TCSANOW);
    ours.put("TCOOFF", (long) Terminal.TCOOFF);
    ours.put("TCOON", (long) Terminal.TCOON);
    ours.put("sizeof(struct winsize)", (long) Terminal.WINSIZE_SIZE);
    ours.put("offsetof(struct winsize, ws_row)", (long) Terminal.WS_ROW);
    ours.put("offsetof(struct winsize, ws_col)", (long) Terminal.WS_COL);
    ours.put("TIOCGWINSZ", (long) Terminal.TIOCGWINSZ);
    ours.put("SIGTSTP", (long) Terminal.SIGTSTP);
    ours.put("O_RDWR", (long) Fd.O_RDWR);
    ours.put("O_NOCTTY", (long) Fd.O_NOCTTY);
    assertEquals(
        ours,
        CHeaders.say(
            directory, List.of("fcntl.h", "signal.h", "sys/ioctl.h", "termios.h"), ours.keySet()));
  }

  @Test
  void aFileIsNoTerminal() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    try (Fd fd = Fd.open(file, Fd.O_RDONLY)) {
      assertFalse(Terminal.isTerminal(fd.number()));
    }
  }

  /** script(1) gives a process a terminal of its own, and stty(1) says how it is set. */
  @Test
  void isRawMeanwhileAndAsBeforeThen() throws Exception {
    String classes = System.getProperty("java.class.path");
    String java =
        "%s/bin/java --enable-native-access=ALL-UNNAMED -Xmx32m -cp '%s' %s"
            .formatted(System.getProperty("java.home"), classes, TerminalMain.class.getName());
    String line =
        "stty rows 37 cols 112; stty -a >%1$s/before; %2$s %1$s; stty -a >%1$s/after"
            .formatted(directory, java);
    Shell.run("script", "--quiet", "--return", "--command", line, "/dev/null");
    assertEquals(SIZE, read("size"));
    List<String> raw = List.of(read("raw").split("[ ;\n]+", -1));
    List<String> off = List.of("-icanon", "-echo", "-isig", "-iexten");
    assertTrue(raw.containsAll(off), raw::toString);
    assertEquals(read("before"), read("after"));
  }

  private String read(String file) throws Exception {
    return Files.readString(directory.resolve(file)).strip();
  }
}
