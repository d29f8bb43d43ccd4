package io.bilgewatch.mount;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The cursor parser against one that is too simple to be wrong, on seeded random lines. */
class MountInfoOracleTest {
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-3][0-7][0-7])");
  private static final String[] WORDS = {
    "",
    "-",
    "/",
    "rw",
    "ro",
    "a-b",
    "\\040",
    "\\134",
    "\\43",
    "\\888",
    "\\",
    "shared:1",
    "tmpfs",
    "é",
    "x,y",
    "=",
    "7",
    "0:9",
    "/a/b",
    "12",
    "0:99999999999",
    "  ",
    "\t",
    "#"
  };

  @Test
  void agreeOnLinesThatAreMostlyGood() {
    Random random = new Random(20_260_101);
    int good = 0;
    for (int i = 0; i < 20_000; i++) {
      String line = line(random);
      Optional<Mount> expected = naive(line);
      byte[] text = line.getBytes(UTF_8);
      if (expected.isPresent()) {
        good++;
        Mount parsed = MountTable.parse(text).mounts().getFirst();
        assertEquals(expected.get(), parsed, line);
      } else if (!line.isEmpty()) {
        assertThrows(Malformed.class, () -> MountInfo.parse(text), line);
      }
    }
    assertEquals(true, good > 5_000 && good < 19_000, "both kinds are tried: " + good);
  }

  private static String line(Random random) {
    List<String> fields =
        new ArrayList<>(List.of("5", "4", "0:9", word(random), word(random), word(random)));
    for (int i = random.nextInt(4); i > 0; i--) {
      fields.add(word(random));
    }
    fields.add("-");
    for (int i = random.nextInt(2, 6); i > 0; i--) {
      fields.add(word(random));
    }
    if (random.nextInt(3) == 0) {
      fields.set(random.nextInt(fields.size()), word(random));
    }
    return String.join(" ", fields);
  }

  private static String word(Random random) {
    String word = WORDS[random.nextInt(WORDS.length)];
    return random.nextBoolean() ? word : word + WORDS[random.nextInt(WORDS.length)];
  }

  private static Optional<Mount> naive(String line) {
    List<String> fields = List.of(line.split(" ", -1));
    int hyphen = fields.size() < 6 ? -1 : fields.subList(6, fields.size()).indexOf("-");
    if (hyphen < 0 || fields.size() < hyphen + 10 || !fields.get(2).matches("\\d{1,9}:\\d{1,9}")) {
      return Optional.empty();
    }
    if (!fields.get(0).matches("\\d{1,9}") || !fields.get(1).matches("\\d{1,9}")) {
      return Optional.empty();
    }
    String[] device = fields.get(2).split(":", -1);
    List<String> tail = fields.subList(hyphen + 7, fields.size());
    return Optional.of(
        new Mount(
            Integer.parseInt(fields.get(0)),
            Integer.parseInt(fields.get(1)),
            Integer.parseInt(device[0]),
            Integer.parseInt(device[1]),
            KernelPath.of(decoded(fields.get(3))),
            KernelPath.of(decoded(fields.get(4))),
            List.of(fields.get(5).split(",", -1)),
            fields.subList(6, hyphen + 6),
            decoded(tail.get(0)),
            decoded(tail.get(1)),
            String.join(" ", tail.subList(2, tail.size()))));
  }

  private static String decoded(String field) {
    return OCTAL
        .matcher(field)
        .replaceAll(match ->
            Matcher.quoteReplacement(
                Character.toString((char) Integer.parseInt(match.group(1), 8))));
  }
}
