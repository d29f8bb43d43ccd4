package io.bilgewatch.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.config.ListenAddress;
import io.bilgewatch.agent.config.LogLevel;
import io.bilgewatch.agent.logging.Logging;
import io.bilgewatch.agent.top.TopOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineInterfaceTest {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Recorder commands = new Recorder();

  @AfterEach
  void theLogIsAsBefore() {
    Logging.level(LogLevel.INFO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "diagnose", "containers", "top"})
  void givesTheCommandItsConfiguration(String command) {
    assertEquals(
        0,
        run(
            command,
            "--web.listen-address=:0",
            "--host.root",
            "/host",
            "--docker.data-root=/a",
            "--docker.data-root",
            "/b",
            "--log.level=warn"));
    assertEquals(List.of(command), commands.called);
    Configuration given = commands.configuration;
    assertEquals(new ListenAddress("", 0), given.web().listenAddress());
    assertEquals(Path.of("/host"), given.host().root());
    assertEquals(List.of(Path.of("/a"), Path.of("/b")), given.docker().dataRoots());
    assertEquals(LogLevel.WARN, given.log().level());
    assertEquals("", err.toString());
  }

  @Test
  void readsTheFileThatIsNamedOrTheStandardOneWhereItIs() throws IOException {
    Path named = Files.writeString(folder.resolve("named.yml"), "log.level: debug\n");
    assertEquals(0, run("serve", "--config.file", named.toString()));
    assertEquals(LogLevel.DEBUG, commands.configuration.log().level());
    assertEquals(0, run("serve"));
    assertEquals(LogLevel.INFO, commands.configuration.log().level());
    Files.writeString(folder.resolve("standard.yml"), "log.level: error\n");
    assertEquals(0, run("serve"));
    assertEquals(LogLevel.ERROR, commands.configuration.log().level());
    assertEquals(2, run("serve", "--config.file", folder.resolve("absent.yml").toString()));
    assertTrue(err.toString().endsWith("absent.yml: there is no such file\n"), err::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sevre                          | unknown argument \"sevre\"; did you mean \"serve\"?",
        "frobnicate                     | unknown argument \"frobnicate\"",
        "serve --web.listen-adress=:1   | did you mean \"--web.listen-address\"?",
        "serve --docker.data-roots=/a   | did you mean \"--docker.data-root\"?",
        "serve --output=json            | unknown option \"--output\"",
        "writes                         | CONTAINER",
        "writes a --for=1s              | --for is how long to --watch",
        "writes a --watch --since=1m    | give one of them",
        "writes a --since=10            | is no duration with its unit",
        "serve extra                    | unknown argument \"extra\"",
        "top --interval=1ms            | from 500ms to 1h",
        "top --interval=soon           | is no duration with its unit",
        "top --sort=best               | --sort",
        "top --iterations=-1           | --iterations",
        "containers --output=xml        | --output",
        "containers --host.root         | --host.root",
        "serve --log.level=a --log.level=b | --log.level",
        "''                             | which command? There are serve, check-config",
      })
  void wrongUsageIsExit2AndSuggestsTheNearest(String arguments, String says) {
    String[] words = arguments.isEmpty() ? new String[0] : arguments.split(" ", -1);
    assertEquals(2, run(words));
    assertTrue(err.toString().contains(says), err::toString);
    assertTrue(err.toString().contains("--help\""), err::toString);
    assertEquals("", out.toString());
    assertEquals(List.of(), commands.called);
  }

  @Test
  void wrongConfigurationIsExit2AndAllProblemsAtOnce() throws IOException {
    Path file = Files.writeString(folder.resolve("b.yml"), "a: 1\nlog.level: x\n");
    assertEquals(2, run("serve", "--config.file=" + file, "--host.root=x"));
    assertEquals(3, err.toString().lines().count(), err::toString);
    assertEquals(List.of(), commands.called);
  }

  @Test
  void checkConfigLooksIntoTheWebConfigurationToo() throws IOException {
    Path web = Files.writeString(folder.resolve("web.yml"), "basic_auth_users:\n  a: secret\n");
    for (String output : List.of("table", "json")) {
      assertEquals(2, run("check-config", "--web.config.file=" + web, "--output=" + output));
      String said = err.toString() + out;
      assertTrue(said.contains("web.yml:2"), said);
      assertFalse(said.contains("secret"), said);
    }
    Files.writeString(web, "rate_limit: {interval: 1s, burst: 3}\n");
    assertEquals(0, run("check-config", "--web.config.file=" + web));
  }

  @Test
  void checkConfigLooksIntoTheContractsToo() throws IOException {
    Path contracts = Files.createDirectory(folder.resolve("contracts"));
    Path file = Files.writeString(folder.resolve("b.yml"), "contracts.directory: " + contracts);
    assertEquals(0, run("check-config", "--config.file=" + file));
    Files.writeString(contracts.resolve("web.yml"), "contract: 1\nname: web\nrot: read-only\n");
    assertEquals(2, run("check-config", "--config.file=" + file));
    assertTrue(err.toString().contains("web.yml:3:1: unknown key \"rot\""), err::toString);
    assertEquals(2, run("check-config", "--config.file=" + file, "--output=json"));
    assertTrue(out.toString().contains("web.yml:3:1"), out::toString);
  }

  @Test
  void contractsAreNamedOrConfigured() throws IOException {
    assertEquals(2, run("contract", "check"));
    assertTrue(err.toString().contains("--contract, or set contracts.directory"), err::toString);
    assertEquals(2, run("contract"));
    assertTrue(err.toString().contains("There are check, init, test"), err::toString);
    Path file = Files.writeString(folder.resolve("b.yml"), "contracts.directory: /srv\n");
    assertEquals(0, run("contract", "check", "--config.file=" + file));
    assertEquals("/srv all\n", out.toString());
    assertEquals(0, run("contract", "check", "--contract=a.yml", "--container=web"));
    assertEquals("a.yml web\n", out.toString());
    assertEquals(0, run("contract", "init", "web"));
    assertEquals("web\n", out.toString());
    assertEquals(2, run("contract", "chekc"));
    assertTrue(err.toString().contains("did you mean \"check\"?"), err::toString);
  }

  @Test
  void checkConfigShowsEveryValueWithItsSource() throws Exception {
    assertEquals(0, run("check-config", "--host.root=/host"));
    assertTrue(out.toString().contains("host.root = /host (--host.root)\n"), out::toString);
    assertTrue(out.toString().contains("walk.cpu-share = 0.02 (default)\n"), out::toString);
    assertEquals(0, run("check-config", "--output", "json"));
    JsonNode all = JsonMapper.builder().build().readTree(out.toString());
    assertTrue(all.get("valid").asBoolean());
    assertEquals("web.listen-address", all.get("settings").get(0).get("name").asText());
    assertEquals(2, run("check-config", "--output=JSON", "--host.root=host"));
    JsonNode wrong = JsonMapper.builder().build().readTree(out.toString());
    assertFalse(wrong.get("valid").asBoolean());
    assertEquals("--host.root", wrong.get("problems").get(0).get("where").asText());
  }

  @Test
  void readingCommandsAnswerAsTheyAreAsked() {
    assertEquals(0, run("containers", "--output=json"));
    assertEquals("JSON\n", out.toString());
    assertEquals(0, run("diagnose"));
    assertEquals("TABLE\n", out.toString());
  }

  @Test
  void exitCodesSayHowItEnded() {
    commands.ending = ExitCode.BAD_NEWS;
    assertEquals(1, run("containers"));
    commands.ending = ExitCode.UNKNOWN;
    assertEquals(3, run("diagnose"));
    commands.failure = new IOException("no such\nhost");
    assertEquals(3, run("serve"));
    assertEquals("bilgewatch: no such\\nhost\n", err.toString());
  }

  @Test
  void helpAndVersionAreFine() {
    assertEquals(0, run("--version"));
    assertEquals("bilgewatch 1.2.3\n", out.toString());
    for (String command : List.of("", "serve", "check-config", "diagnose", "containers", "top")) {
      assertEquals(0, command.isEmpty() ? run("--help") : run(command, "--help"));
      assertTrue(out.toString().contains("Usage: bilgewatch " + command), out::toString);
    }
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return new CommandLineInterface(
            commands,
            "1.2.3",
            new PrintWriter(out),
            new PrintWriter(err),
            folder.resolve("standard.yml"))
        .run(arguments);
  }

  /** Notes what it is asked. */
  private static final class Recorder implements Commands {
    private final List<String> called = new ArrayList<>();
    private Configuration configuration;
    private ExitCode ending = ExitCode.FINE;
    private Exception failure;

    @Override
    public ExitCode serve(Configuration given) throws Exception {
      return note("serve", given);
    }

    @Override
    public ExitCode diagnose(Configuration given, Output output) throws Exception {
      output.out().println(output.format());
      return note("diagnose", given);
    }

    @Override
    public ExitCode containers(Configuration given, Output output) throws Exception {
      output.out().println(output.format());
      return note("containers", given);
    }

    @Override
    public ExitCode top(Configuration given, Output output, TopOptions options) throws Exception {
      output.out().println(options);
      return note("top", given);
    }

    @Override
    public ExitCode writes(Configuration given, Output output, WritesRequest container)
        throws Exception {
      output.out().println(container);
      return note("writes", given);
    }

    @Override
    public ExitCode contractCheck(
        Configuration given, Output output, Path contracts, Optional<String> container)
        throws Exception {
      output.out().println(contracts + " " + container.orElse("all"));
      return note("contract check", given);
    }

    @Override
    public ExitCode contractInit(Configuration given, PrintWriter to, String container)
        throws Exception {
      to.println(container);
      return note("contract init", given);
    }

    private ExitCode note(String name, Configuration given) throws Exception {
      called.add(name);
      configuration = given;
      if (failure != null) {
        throw failure;
      }
      return ending;
    }
  }
}
