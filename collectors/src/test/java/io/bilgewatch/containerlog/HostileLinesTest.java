package io.bilgewatch.containerlog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.WriteErrno;
import io.bilgewatch.libc.ThreadCpu;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lines that a container made to cost or to confuse. */
class HostileLinesTest {
  private static final WriteFailureRules RULES = WriteFailureRules.shipped();

  private static Optional<WriteFailure> match(String line) {
    return RULES.match(line);
  }

  @Test
  void coloursAndControlSequencesAreNoPartOfTheLine() {
    String red = "\u001b[31;1mtouch: cannot touch '/srv/\u001b[0ma': \u001b]0;title\u0007Read-only";
    WriteFailure failure = match(red + " file system\u001b[m\r\n").orElseThrow();
    assertEquals(Optional.of("/srv/a"), failure.path());
    assertEquals("touch", failure.program());
  }

  @Test
  void bytesThatAreNoTextAreShownAsSuch() {
    byte[] line =
        "mkdir: cannot create directory '/srv/\u00ff\u0001': Permission denied"
            .getBytes(ISO_8859_1);
    WriteFailure failure = RULES.match(line, 0, line.length).orElseThrow();
    assertEquals(Optional.of("/srv/\\xff"), failure.path());
    assertEquals(Optional.of(WriteErrno.EACCES), failure.errno());
  }

  @Test
  void aMessageWithinJsonIsUnderstood() {
    String json =
        "{\"msg\":\"fopen(\\\"x\\\")\\u0027: open \\/srv\\/a.json: read-only file system\\n\"}";
    assertEquals(Optional.of("/srv/a.json"), match(json).orElseThrow().path());
  }

  @Test
  void aFailureFarWithinALongLineIsFound() {
    String line =
        "x ".repeat(20_000) + "open /srv/far.db: read-only file system" + " y".repeat(20_000);
    assertEquals(Optional.of("/srv/far.db"), match(line).orElseThrow().path());
  }

  @Test
  void aPathThatNoSystemCallTakesIsNone() {
    String line = "open /" + "a".repeat(600) + ": read-only file system";
    assertTrue(match(line).orElseThrow().path().orElse("").length() < 1300);
  }

  /** Twice as long must not be four times as dear, whatever the line holds. */
  @Test
  void theCostOfALineIsBounded() {
    List<String> pieces =
        List.of(
            "'",
            "\"/",
            " -> ",
            ": ",
            "create ",
            "open(",
            "/a/b ",
            "error ",
            "\\\"",
            "mv: a to b ",
            "permission denied",
            "[Errno 13] ",
            "EACCES: ",
            "FileNotFoundException: (",
            "`");
    Random random = new Random(11);
    try (ThreadCpu cpu = new ThreadCpu()) {
      long worst = 0;
      for (int round = 0; round < 60; round++) {
        StringBuilder line = new StringBuilder("permission denied erofs errcode os error ");
        while (line.length() < 100_000) {
          line.append(pieces.get(random.nextInt(pieces.size())));
        }
        long before = cpu.nanos();
        match(line.toString());
        worst = Math.max(worst, cpu.nanos() - before);
      }
      assertTrue(worst < 1_000_000_000L, worst / 1_000_000 + " ms for one line");
    }
  }

  @Test
  void aFloodOfErrorsIsCutOffAndCounted() {
    long[] cpu = {0};
    FailureFinder finder = new FailureFinder(RULES, Clock.systemUTC(), () -> cpu[0] += 1_000_000);
    finder.spendAtMost(10_000_000);
    byte[] line = "mkdir: can't create directory '/srv': Read-only file system".getBytes(UTF_8);
    for (int i = 0; i < 1000; i++) {
      finder.read(line, line.length, Optional.empty());
    }
    List<FailureCount> found = finder.take();
    assertEquals(1, found.size());
    assertEquals(11, found.getFirst().count());
    assertEquals(989L * line.length, finder.takeSkippedBytes());
  }

  @Test
  void randomLinesFromSamplesAreAFailureOrNone() {
    List<byte[]> samples = new ArrayList<>();
    RulesFile.shipped()
        .root()
        .get("rules")
        .forEach(rule ->
            rule.get("matches")
                .forEach(one -> samples.add(one.get("line").asText().getBytes(UTF_8))));
    Random random = new Random(13);
    for (int round = 0; round < 4000; round++) {
      byte[] line = samples.get(random.nextInt(samples.size())).clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        line[random.nextInt(line.length)] = (byte) random.nextInt(256);
      }
      RULES
          .match(line, 0, line.length)
          .flatMap(WriteFailure::path)
          .map(path -> path.getBytes(UTF_8))
          .ifPresent(path ->
              assertEquals(new String(path, UTF_8), KernelPath.display(path, 0, path.length)));
    }
  }
}
