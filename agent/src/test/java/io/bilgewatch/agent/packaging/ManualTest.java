package io.bilgewatch.agent.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.cli.Help;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The manual names every command and option, and none that there is not. */
class ManualTest {
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z.-]+");

  /** Of the list: the synopsis is broken at dots. */
  private static final Pattern LISTED = Pattern.compile("(?m)^ +(?:-\\w, )?(--[a-z][a-z.-]+)");

  private static String manual() throws IOException {
    Path root = Path.of(System.getProperty("bilgewatch.root"));
    return Files.readString(root.resolve("packaging/debian/bilgewatch.1")).replace("\\-", "-");
  }

  private static Set<String> options(String help) {
    Set<String> options = new TreeSet<>();
    LISTED.matcher(help).results().forEach(found -> options.add(found.group(1)));
    return options;
  }

  @Test
  void hasEveryOptionAndNoOther() throws IOException {
    Set<String> known = new TreeSet<>(options(Help.of("--help")));
    for (String command : Help.commands()) {
      known.addAll(options(Help.of(command, "--help")));
    }
    for (String command : Help.contractCommands()) {
      known.addAll(options(Help.of("contract", command, "--help")));
    }
    Set<String> told = new TreeSet<>();
    OPTION.matcher(manual()).results().forEach(found -> told.add(found.group()));
    // How an option is given, and what belongs to another program.
    told.removeAll(List.of("--name"));
    assertEquals(known, told);
  }

  @Test
  void hasEveryCommand() throws IOException {
    String manual = manual();
    for (String command : Help.commands()) {
      assertTrue(manual.contains(".B " + command + "\n"), command);
    }
    for (String command : Help.contractCommands()) {
      assertTrue(manual.contains(".B contract " + command + "\n"), command);
    }
  }

  @Test
  void completionKnowsEveryCommand() {
    String completion = Help.of("generate-completion");
    for (String command : Help.commands()) {
      assertTrue(completion.contains(command), command);
    }
  }
}
