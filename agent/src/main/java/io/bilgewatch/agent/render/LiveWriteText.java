package io.bilgewatch.agent.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.agent.text.Visible;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.writes.PathRule;
import io.bilgewatch.writes.PathRules;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** A write while it happens, as a line: for people, or as a JSON document. */
public final class LiveWriteText {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String FORM = "%-8s  %-24s  %-20s  %s";

  private final boolean json;
  private final String container;
  private final PathRules rules = PathRules.shipped();

  public LiveWriteText(boolean json, String container) {
    this.json = json;
    this.container = container;
  }

  /** What stands above the lines. */
  public Optional<String> head() {
    return json ? Optional.empty() : Optional.of(FORM.formatted("TIME", "PROCESS", "WHAT", "PATH"));
  }

  /**
   * @param pid 0 where nobody knows
   * @param comm empty where the process is gone
   */
  public String line(Instant at, KernelPath path, int pid, Optional<String> comm) {
    PathRule rule = rules.ofFile(path);
    return json ? document(at, path, pid, comm, rule) : row(at, path, pid, comm, rule);
  }

  private static String row(
      Instant at, KernelPath path, int pid, Optional<String> comm, PathRule rule) {
    LocalTime time =
        LocalTime.ofInstant(at, ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
    String process = pid == 0 ? "?" : comm.orElse("(gone)") + " " + pid;
    return FORM.formatted(
        "%tT".formatted(time), Visible.of(process), rule.what(), Visible.of(path.toString()));
  }

  private String document(
      Instant at, KernelPath path, int pid, Optional<String> comm, PathRule rule) {
    var node =
        MAPPER
            .createObjectNode()
            .put("at", at.toString())
            .put("container", container)
            .put("path", path.toString());
    if (pid != 0) {
      node.put("pid", pid);
    }
    comm.ifPresent(name -> node.put("process", name));
    try {
      return MAPPER.writeValueAsString(node.put("rule", rule.id()).put("what", rule.what()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
