package io.bilgewatch.containerlog;

import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An ordinary row of a json-file log, and the search for a failed write in it. */
@State(Scope.Thread)
public class JsonFileLineBenchmark {
  private static final WriteFailureRules RULES = WriteFailureRules.shipped();

  private final byte[] row =
      ("{\"log\":\"10.0.3.17 - - \\\"GET /api/items/4711 HTTP/1.1\\\" 200 5310 \\\"-\\\""
              + " \\\"Mozilla/5.0 reader\\\"\\n\",\"stream\":\"stdout\","
              + "\"time\":\"2026-01-02T03:04:05.678901234Z\"}\n")
          .getBytes(StandardCharsets.UTF_8);

  private final JsonFileLine decoder = new JsonFileLine();
  private final LogRow decoded = new LogRow();
  private final String failure = "mkdir: can't create directory '/srv': Read-only file system";
  private final String ordinary = "10.0.3.17 - - \"GET /api/items/4711 HTTP/1.1\" 200 5310";

  @Benchmark
  public int decode() {
    return decoder.decode(row, 0, row.length, decoded);
  }

  @Benchmark
  public Object searchInVain() {
    return RULES.match(ordinary);
  }

  @Benchmark
  public Object find() {
    return RULES.match(failure);
  }
}
