package io.bilgewatch.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may know whom in the agent. */
class ArchitectureTest {
  private static final String AGENT = "io.bilgewatch.agent";

  /** From left to right: a room knows rooms to its left and none to its right. */
  private static final List<String> ROOMS =
      List.of(
          "text",
          "rule",
          "config",
          "logging",
          "risk",
          "history",
          "posture",
          "event",
          "view",
          "proposal",
          "contract",
          "outlook",
          "alert",
          "tls",
          "push",
          "watch",
          "metrics",
          "diagnose",
          "render",
          "top",
          "guard",
          "web",
          "cli");

  private static final Pattern WELL_KNOWN =
      Pattern.compile("\"(/(proc|sys)|/?(proc/|sys/|var/lib/docker|etc/docker))[^\"]*\"");

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.bilgewatch");

  @Test
  void noRoomKnowsARoomToItsRight() {
    for (int i = 0; i < ROOMS.size() - 1; i++) {
      String[] right =
          ROOMS.subList(i + 1, ROOMS.size()).stream()
              .map(ArchitectureTest::room)
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(room(ROOMS.get(i)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(right)
          .check(classes);
    }
  }

  @Test
  void noRoomKnowsTheWholeProgram() {
    noClasses()
        .that()
        .resideInAPackage(AGENT + ".*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(AGENT)
        .check(classes);
  }

  @Test
  void roomsFormNoCircle() {
    slices().matching(AGENT + ".(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void everyRoomHasItsPlaceInTheOrder() {
    List<String> strangers =
        classes.stream()
            .map(type -> type.getPackageName())
            .filter(name -> name.startsWith(AGENT + "."))
            .map(name -> name.substring(AGENT.length() + 1).split("\\.", -1)[0])
            .distinct()
            .filter(room -> !ROOMS.contains(room))
            .toList();
    assertEquals(List.of(), strangers, "say in ROOMS where they stand");
  }

  @Test
  void collectorsKnowNothingOfTheAgent() {
    noClasses()
        .that()
        .resideOutsideOfPackage(AGENT + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(AGENT + "..")
        .check(classes);
  }

  @Test
  void onlyTheServerKnowsNetty() {
    onlyKnownTo("io.netty..", room("web"));
  }

  @Test
  void onlyMetricsAndTheirServerKnowPrometheus() {
    onlyKnownTo("io.prometheus..", room("metrics"), room("web"), AGENT);
    onlyKnownTo("io.micrometer..", room("metrics"), AGENT);
  }

  @Test
  void onlyTheCommandLineKnowsPicocliAndOnlyTheConfigurationYaml() {
    onlyKnownTo("picocli..", room("cli"));
    onlyKnownTo("org.yaml..", room("config"));
    onlyKnownTo("ch.qos.logback..", room("logging"));
  }

  @Test
  void theAgentMakesNoSystemCallsOfItsOwn() {
    onlyKnownTo("com.sun.jna..", "io.bilgewatch.libc..");
    onlyKnownTo("oshi..", "io.bilgewatch.host..");
  }

  private void onlyKnownTo(String library, String... packages) {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(classes);
    assertTrue(
        classes.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .anyMatch(known ->
                known.getTargetClass().getPackageName().startsWith(library.replace("..", ""))),
        () -> "nobody knows " + library + " any more: drop the rule");
  }

  @Test
  void theAgentSpellsNoWellKnownDirectory() throws IOException {
    List<String> found = new ArrayList<>();
    int files = 0;
    Path sources = Path.of(System.getProperty("bilgewatch.root"), "agent", "src", "main", "java");
    try (Stream<Path> all = Files.walk(sources)) {
      for (Path file : all.filter(path -> path.toString().endsWith(".java")).toList()) {
        files++;
        Matcher match = WELL_KNOWN.matcher(Files.readString(file));
        while (match.find()) {
          found.add(file.getFileName() + ": " + match.group());
        }
      }
    }
    assertTrue(files > 80, "only " + files + " files scanned");
    assertEquals(List.of(), found);
    assertTrue(WELL_KNOWN.matcher("open(\"/proc/self/stat\")").find(), "finds what it looks for");
  }

  private static String room(String name) {
    return AGENT + "." + name + "..";
  }
}
