package io.bilgewatch.containerlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bilgewatch.docker.LogFile;
import io.bilgewatch.libc.ThreadCpu;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What finding failures costs in CPU: for each megabyte of an ordinary json-file log, in turns with
 * merely looking for its newlines, and for each line that tells of a failure. Argument: the number
 * of rounds.
 */
final class LogBenchmark {
  private static final int ROWS = 20_000;
  private static final byte[] ORDINARY = rows();
  private static final WriteFailureRules RULES = WriteFailureRules.shipped();
  private static final List<String> SAMPLES = samples();

  private LogBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    int rounds = Integer.parseInt(arguments[0]);
    List<Long> plain = new ArrayList<>();
    List<Long> decoded = new ArrayList<>();
    List<Long> searched = new ArrayList<>();
    List<Long> failures = new ArrayList<>();
    try (ThreadCpu cpu = new ThreadCpu()) {
      for (int i = 0; i < rounds + 5; i++) {
        plain.add(cost(cpu, LogBenchmark::newlines));
        decoded.add(cost(cpu, () -> read((text, length, time) -> {})));
        searched.add(cost(cpu, () -> read((text, length, time) -> RULES.match(text, 0, length))));
        failures.add(
            cost(cpu, () -> SAMPLES.stream().filter(s -> RULES.match(s).isPresent()).count()));
      }
    }
    double megabytes = ORDINARY.length / 1e6;
    System.out.printf(
        "logs: us CPU a MB: newlines %.0f, rows %.0f, rows and search %.0f (%.1f times newlines);"
            + " a failure's line %.0f us%n",
        median(plain) / 1e3 / megabytes,
        median(decoded) / 1e3 / megabytes,
        median(searched) / 1e3 / megabytes,
        (double) median(searched) / median(plain),
        median(failures) / 1e3 / SAMPLES.size());
  }

  private static byte[] rows() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < ROWS; i++) {
      String line =
          "10.0.%d.%d - - \"GET /api/items/%d HTTP/1.1\" 200 %d \"-\" \"Mozilla/5.0 reader\"%n"
              .formatted(i % 7, i % 251, i, 31 * i % 9999);
      out.writeBytes(LogFiles.json(line, "stdout"));
    }
    return out.toByteArray();
  }

  private static List<String> samples() {
    List<String> lines = new ArrayList<>();
    RulesFile.shipped()
        .root()
        .get("rules")
        .forEach(rule -> rule.get("matches").forEach(one -> lines.add(one.get("line").asText())));
    return lines;
  }

  private static long cost(ThreadCpu cpu, LongSupplier work) {
    long before = cpu.nanos();
    if (work.getAsLong() == 0) {
      throw new IllegalStateException("nothing done");
    }
    return cpu.nanos() - before;
  }

  private static long newlines() {
    long lines = 0;
    for (byte b : ORDINARY) {
      lines += b == '\n' ? 1 : 0;
    }
    return lines;
  }

  private static long read(LogLine lines) {
    try (LogBuffers buffers = new LogBuffers()) {
      return new RowReader(LogFile.Format.JSON_LINES)
          .read(buffers, new ByteArrayInputStream(ORDINARY), ORDINARY.length, true, lines);
    } catch (IOException e) {
      throw new IllegalStateException(new String(ORDINARY, UTF_8), e);
    }
  }

  private static long median(List<Long> values) {
    List<Long> warm = new ArrayList<>(values.subList(5, values.size()));
    Collections.sort(warm);
    return warm.get(warm.size() / 2);
  }
}
