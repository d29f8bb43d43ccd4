package io.bilgewatch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
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

/** Who may know whom. */
class ArchitectureTest {
  /** From left to right: a room knows rooms to its left and none to its right. */
  private static final List<String> ROOMS =
      List.of(
          "kernel",
          "libc",
          "docker",
          "mount",
          "overlay",
          "tmpfs",
          "volume",
          "cgroup",
          "kernellog",
          "lsm",
          "oom",
          "writes",
          "containerlog",
          "tracefs",
          "process",
          "fanotify",
          "descriptor",
          "host");

  private static final Pattern WELL_KNOWN =
      Pattern.compile("\"/?(proc|sys|var/lib/docker|etc/docker)(/[^\"]*)?\"");

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.bilgewatch");

  @Test
  void collectorsKnowNothingOfMetricsHttpOrCommandLines() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.netty..",
            "io.micrometer..",
            "io.prometheus..",
            "picocli..",
            "io.bilgewatch.agent..")
        .check(classes);
  }

  @Test
  void onePackageMakesSystemCalls() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.bilgewatch.libc..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.sun.jna..")
        .check(classes);
  }

  @Test
  void noRoomKnowsARoomToItsRight() {
    for (int i = 0; i < ROOMS.size() - 1; i++) {
      String[] right =
          ROOMS.subList(i + 1, ROOMS.size()).stream()
              .map(room -> "io.bilgewatch." + room + "..")
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("io.bilgewatch." + ROOMS.get(i) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(right)
          .allowEmptyShould(true)
          .check(classes);
    }
  }

  @Test
  void everyRoomHasItsPlaceInTheOrder() {
    List<String> strangers =
        classes.stream()
            .map(type -> type.getPackageName().replace("io.bilgewatch.", "").split("\\.", -1)[0])
            .distinct()
            .filter(room -> !ROOMS.contains(room))
            .toList();
    assertEquals(List.of(), strangers, "say in ROOMS where they stand");
  }

  @Test
  void onlyTheHostRootSpellsWellKnownDirectories() throws IOException {
    List<String> found = new ArrayList<>();
    int files = 0;
    try (Stream<Path> sources = Files.walk(sources())) {
      for (Path file : sources.filter(path -> path.toString().endsWith(".java")).toList()) {
        files++;
        Matcher match = WELL_KNOWN.matcher(Files.readString(file));
        while (match.find() && !file.endsWith("kernel/HostRoot.java")) {
          found.add(file.getFileName() + ": " + match.group());
        }
      }
    }
    assertTrue(files > 30, "only " + files + " files scanned");
    assertEquals(List.of(), found);
    assertTrue(
        WELL_KNOWN.matcher(Files.readString(hostRoot())).find(),
        "the scan finds what it looks for");
  }

  private static Path hostRoot() {
    return sources().resolve("io/bilgewatch/kernel/HostRoot.java");
  }

  private static Path sources() {
    return Path.of(System.getProperty("bilgewatch.root"), "collectors", "src", "main", "java");
  }
}
