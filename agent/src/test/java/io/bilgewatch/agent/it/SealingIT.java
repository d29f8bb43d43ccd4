package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * From a writable to a sealed container, unattended: each service runs, is looked at, and runs
 * again with a read-only root and what was proposed, no more and no less.
 */
class SealingIT {
  private static final String IMAGE = "bilgewatch-services:1";
  private static final Duration MAKING = Duration.ofMinutes(5);
  private static final Duration STARTING = Duration.ofSeconds(30);

  /** A service that can't do its work mostly ends at once; one that lives on had its time. */
  private static final Duration FAILING = Duration.ofSeconds(4);

  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  @TempDir static Path folder;

  private final List<String> containers = new ArrayList<>();

  static List<Service> services() {
    return Service.all();
  }

  @BeforeAll
  static void makeTheImage() {
    Path script = Path.of(System.getProperty("bilgewatch.root"), "packaging/lib/services.sh");
    Shell.run(MAKING, ENGINE.environment(), List.of(script.toString(), folder.toString(), IMAGE))
        .orFail();
  }

  @AfterEach
  void remove() {
    for (String name : containers) {
      ENGINE.tryDocker("rm", "--force", "--volumes", name);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void whatIsProposedIsEnoughAndNothingOfItTooMuch(Service service) throws Exception {
    String open = run(service, "open", List.of());
    assertTrue(works(open, service, STARTING), () -> "writable: " + logs(open));
    JsonNode proposal = proposal(open);
    assertEquals("mounts", proposal.get("verdict").asText(), proposal::toPrettyString);
    ENGINE.docker("rm", "--force", open);
    List<String> options = options(proposal);
    assertEquals("--read-only", options.getFirst());
    assertSealed(service, proposal, options);
    assertFullIsNoKill(service, options);
    for (int i = 1; i < options.size(); i++) {
      if (!options.get(i).startsWith("--env")) {
        assertMissed(service, proposal, options, i);
      }
    }
    assertContract(service, proposal, options);
    SealedTable.add(service, options);
  }

  @AfterAll
  static void theTableIsInTheDocuments() throws IOException {
    SealedTable.check();
  }

  /** It keeps the contract that is made of it, and each way to break it is found. */
  private void assertContract(Service service, JsonNode proposal, List<String> options)
      throws Exception {
    prepare(proposal);
    String sealed = run(service, "kept", options);
    assertTrue(works(sealed, service, STARTING), () -> "kept: " + logs(sealed));
    Shell.Output made = bilgewatch("contract", "init", sealed);
    assertEquals(0, made.status(), made::stderr);
    Path contract = folder.resolve(service.name() + ".yml");
    Files.writeString(contract, made.text());
    Shell.Output kept = bilgewatch("contract", "check", "--contract=" + contract);
    assertEquals(0, kept.status(), () -> kept.text() + made.text());
    ENGINE.docker("rm", "--force", sealed);
    // A program that was seen as root may be so; that it must not is for who reads the contract.
    String reviewed = made.text().replace("user: any", "user: non-root");
    for (Breakage breakage : Breakage.all()) {
      Files.writeString(contract, breakage.asRoot() ? reviewed : made.text());
      assertFound(service, breakage, options, contract);
    }
  }

  private void assertFound(Service service, Breakage breakage, List<String> options, Path contract)
      throws Exception {
    Service idle =
        new Service(
            service.name(),
            service.what(),
            breakage.asRoot() ? "0" : service.user(),
            List.of("sh", "-c", breakage.line() + "; touch /dev/shm/done; exec sleep 1000"),
            "test -e /dev/shm/done");
    String broken = run(idle, breakage.rule(), breakage.options().apply(options));
    assertTrue(works(broken, idle, STARTING), () -> breakage + ": " + logs(broken));
    Shell.Output said =
        bilgewatch(
            "contract",
            "check",
            "--output=json",
            "--contract=" + contract,
            "--container=" + broken);
    assertEquals(1, said.status(), () -> breakage + ": " + said.text() + said.stderr());
    List<String> rules = new ArrayList<>();
    new ObjectMapper()
        .readTree(said.text())
        .at("/containers/0/contracts/0/violations")
        .forEach(one -> rules.add(one.get("rule").asText()));
    assertTrue(rules.contains(breakage.rule()), () -> breakage + ": " + said.text());
    ENGINE.docker("rm", "--force", broken);
  }

  private void assertSealed(Service service, JsonNode proposal, List<String> options)
      throws Exception {
    prepare(proposal);
    String sealed = run(service, "sealed", options);
    assertTrue(works(sealed, service, STARTING), () -> "sealed: " + logs(sealed));
    JsonNode after = json(sealed);
    assertTrue(after.get("rootReadOnly").asBoolean());
    assertEquals(0, after.at("/layer/places").size(), after::toPrettyString);
    assertEquals(0, after.get("failures").size(), after::toPrettyString);
    assertEquals("ready", after.at("/proposal/verdict").asText(), after::toPrettyString);
    ENGINE.docker("rm", "--force", sealed);
  }

  /** All that was proposed is filled to the last byte, and nobody is killed for it. */
  private void assertFullIsNoKill(Service service, List<String> options) {
    String full = run(service, "full", options);
    assertTrue(works(full, service, STARTING), () -> "full: " + logs(full));
    for (String option : options) {
      if (option.startsWith("--tmpfs=")) {
        String path = option.substring("--tmpfs=".length(), option.indexOf(':'));
        ENGINE.docker(
            "exec", "--user=0", full, "sh", "-c", "cat /dev/zero >" + path + "/fill; true");
      }
    }
    JsonNode state = ENGINE.inspect(full).get("State");
    assertFalse(state.get("OOMKilled").asBoolean(), state::toString);
    ENGINE.docker("rm", "--force", full);
  }

  private void assertMissed(Service service, JsonNode proposal, List<String> options, int without) {
    List<String> fewer = new ArrayList<>(options);
    String left = fewer.remove(without);
    prepare(proposal);
    String crippled = run(service, "without" + without, fewer);
    assertFalse(works(crippled, service, FAILING), () -> service + " does without " + left);
    ENGINE.docker("rm", "--force", crippled);
  }

  /** Volumes as they are before the first start. */
  private static void prepare(JsonNode proposal) {
    proposal.get("mounts").forEach(mount -> removeVolume(proposal, mount));
    for (JsonNode command : proposal.get("ownership")) {
      Shell.run(STARTING, ENGINE.environment(), List.of("sh", "-c", command.asText())).orFail();
    }
  }

  private static void removeVolume(JsonNode proposal, JsonNode mount) {
    for (JsonNode option : proposal.get("dockerRun")) {
      String text = option.asText();
      if (text.startsWith("--mount=type=volume,source=")
          && text.endsWith(",target=" + mount.get("path").asText())) {
        String name = text.substring("--mount=type=volume,source=".length(), text.lastIndexOf(','));
        ENGINE.tryDocker("volume", "rm", "--force", name);
      }
    }
  }

  /** As a person pastes them: a shell reads them. */
  private static List<String> options(JsonNode proposal) {
    List<String> options = new ArrayList<>();
    proposal.get("dockerRun").forEach(option -> options.add(option.asText()));
    return options;
  }

  private String run(Service service, String suffix, List<String> options) {
    String name = service.name() + "-" + suffix;
    containers.add(name);
    List<String> words = new ArrayList<>();
    for (String word : service.command()) {
      words.add("'" + word.replace("'", "'\\''") + "'");
    }
    String line =
        "docker run --detach --network=none --memory=256m --name=%s --user=%s %s %s %s"
            .formatted(
                name, service.user(), String.join(" ", options), IMAGE, String.join(" ", words));
    Shell.run(STARTING, ENGINE.environment(), List.of("sh", "-c", line)).orFail();
    return name;
  }

  private static boolean works(String name, Service service, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    do {
      if (ENGINE.tryDocker("exec", name, "sh", "-c", service.work()).status() == 0) {
        return true;
      }
      if (!ENGINE.inspect(name).at("/State/Running").asBoolean()) {
        return false;
      }
      pause();
    } while (System.nanoTime() - end < 0);
    return false;
  }

  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String logs(String name) {
    return Shell.run(
            STARTING, ENGINE.environment(), List.of("sh", "-c", "docker logs " + name + " 2>&1"))
        .text();
  }

  private static JsonNode proposal(String container) throws Exception {
    return json(container).get("proposal");
  }

  private static JsonNode json(String container) throws Exception {
    Shell.Output said = bilgewatch("writes", container, "--output=json");
    assertEquals(0, said.status(), said::stderr);
    return new ObjectMapper().readTree(said.text());
  }

  private static Shell.Output bilgewatch(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--docker.data-root=" + ENGINE.dataRoot());
    return AgentProcess.run(all.toArray(String[]::new));
  }
}
