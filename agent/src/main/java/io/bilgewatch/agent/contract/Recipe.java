package io.bilgewatch.agent.contract;

import io.bilgewatch.agent.contract.WritablePath.Kind;
import io.bilgewatch.agent.text.ShellText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A shell script that starts an image as its contract says and fails where it writes, or wants to
 * write, elsewhere: the text of {@code contract-test.sh} with its blanks filled in.
 */
public final class Recipe {
  private static final String TEMPLATE = "contract-test.sh";
  private static final Pattern BLANK =
      Pattern.compile("@(NAME|OPTIONS|DECLARED|FILE|IMAGE|COMMAND)@");

  private Recipe() {}

  /**
   * @param file the contract's, as the script finds it
   * @param command run by the container's sh once it is up; null: none
   * @param memory as {@code docker run --memory} takes it
   */
  public static String of(
      Contract contract, String file, String image, String command, String memory) {
    Map<String, String> blanks =
        Map.of(
            "@NAME@", contract.name(),
            "@OPTIONS@", options(contract, memory),
            "@DECLARED@", ShellText.quoted(declared(contract)),
            "@FILE@", ShellText.quoted(file),
            "@IMAGE@", ShellText.quoted(image),
            "@COMMAND@", ShellText.quoted(command == null ? "" : command));
    // In one pass: what is filled in is not looked through for blanks.
    return BLANK
        .matcher(template())
        .replaceAll(blank -> Matcher.quoteReplacement(blanks.get(blank.group())));
  }

  private static String template() {
    try (InputStream in = Recipe.class.getResourceAsStream(TEMPLATE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One a line, each ending in a backslash. */
  private static String options(Contract contract, String memory) {
    List<String> options = new ArrayList<>();
    options.add("--memory=" + memory);
    if (contract.rootReadOnly()) {
      options.add("--read-only");
    }
    if (contract.user() instanceof AllowedUser.Numbered number) {
      options.add("--user=" + number.text());
    }
    contract.writable().stream()
        .filter(one -> one.kind() != Kind.LAYER)
        .map(Recipe::mount)
        .forEach(options::add);
    return options.stream()
        .map(option -> "  " + ShellText.quoted(option) + " \\\n")
        .collect(Collectors.joining())
        .stripTrailing();
  }

  /** What is bound there is not declared: something empty stands for it. */
  private static String mount(WritablePath one) {
    return switch (one.kind()) {
      case TMPFS -> "--tmpfs=%s:%s".formatted(one.path(), tmpfs(one));
      case VOLUME, BIND, LAYER -> "--mount=type=volume,target=" + one.path();
    };
  }

  /** Docker adds noexec where nobody says exec. */
  private static String tmpfs(WritablePath one) {
    List<String> options = new ArrayList<>(List.of("size=" + one.size().orElseThrow()));
    options.addAll(one.options());
    if (!one.options().contains("noexec")) {
      options.add("exec");
    }
    return String.join(",", options);
  }

  private static String declared(Contract contract) {
    return contract.writable().stream()
        .map(one -> one.path().toString())
        .collect(Collectors.joining("\n"));
  }
}
