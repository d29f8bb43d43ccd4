package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was seen of the services, as docs/sealed-services.md has it. */
final class SealedTable {
  private static final String HEAD =
      """
      # Services that were sealed by what Bilgewatch proposes

      Each of them was run with a writable root and did its work, `bilgewatch writes` looked at it, and it ran again with a read-only root and exactly the options of this table:
      it does its work, its layer stays empty, and no write fails. Each mount is needed: without any single one of them the service ends, or does not do its work. All of the tmpfs mounts were filled to
      the last byte, in 256 MiB of memory, and nobody was killed.

      nginx, Redis, PostgreSQL, Python and Node.js are Debian's packages, Java is a runtime of JDK 25. This table is written by the test that does all this (`SealingIT`), and checked by it.

      | service | user | with `--read-only` it needs |
      |---|---|---|
      """;

  private static final String CONTRACTS =
      """

      `bilgewatch contract init` wrote a contract of each of them, which `contract check` finds kept; each was then broken in six ways, and each was found:

      | what is broken | rule |
      |---|---|
      """;

  private static final Map<String, String> ROWS = new LinkedHashMap<>();

  private SealedTable() {}

  static void add(Service service, List<String> options) {
    List<String> needs = new ArrayList<>();
    options.stream().skip(1).forEach(option -> needs.add("`" + option + "`"));
    ROWS.put(
        service.name(),
        "| %s | %s | %s |\n".formatted(service.what(), service.user(), String.join("<br>", needs)));
  }

  /** Where only some of the services ran there is nothing to compare. */
  static void check() throws IOException {
    if (ROWS.size() < Service.all().size()) {
      return;
    }
    StringBuilder text = new StringBuilder(HEAD);
    ROWS.values().forEach(text::append);
    text.append(CONTRACTS);
    for (Breakage breakage : Breakage.all()) {
      text.append("| %s | `%s` |\n".formatted(breakage.what(), breakage.rule()));
    }
    Path file = Path.of(System.getProperty("bilgewatch.root"), "docs/sealed-services.md");
    if (Boolean.getBoolean("bilgewatch.rewrite")) {
      Files.writeString(file, text);
    }
    assertEquals(text.toString(), Files.readString(file), "-Dbilgewatch.rewrite=true writes it");
  }
}
