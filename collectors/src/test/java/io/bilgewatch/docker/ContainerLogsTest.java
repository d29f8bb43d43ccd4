package io.bilgewatch.docker;

import static io.bilgewatch.docker.Fixtures.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContainerLogsTest {
  @TempDir Path host;
  private Path directory;
  private ContainerLogs logs;

  @BeforeEach
  void makeDataRoots() throws IOException {
    directory = Files.createDirectories(host.resolve("data/containers").resolve(id(1)));
    Files.createDirectories(host.resolve("more"));
    logs = new ContainerLogs(new HostRoot(host), List.of(Path.of("/data"), Path.of("/more")));
  }

  private static void file(Path file, int size) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[size]);
  }

  private Container container(String driver, String logPath) {
    return Fixtures.logging(host.resolve("data"), directory, driver, logPath);
  }

  private Reading<Long> bytes(String driver, String logPath) {
    return logs.bytes(container(driver, logPath));
  }

  @Test
  void sumsRotatedAndCompressedFilesOfTheDriver() throws IOException {
    file(directory.resolve(id(1) + "-json.log"), 100);
    file(directory.resolve(id(1) + "-json.log.1"), 20);
    file(directory.resolve(id(1) + "-json.log.2.gz"), 3);
    file(directory.resolve(id(1) + "-json.logarithm"), 1000);
    file(directory.resolve("config.v2.json"), 1000);
    String logPath = "/data/containers/" + id(1) + "/" + id(1) + "-json.log";
    assertEquals(Reading.of(123L), bytes("json-file", logPath));
  }

  @Test
  void sumsTheLocalDriversFilesAndTheCacheOfOthers() throws IOException {
    file(directory.resolve("local-logs/container.log"), 7);
    file(directory.resolve("local-logs/container.log.1.gz"), 5);
    assertEquals(Reading.of(12L), bytes("local", ""));
    file(directory.resolve("container-cached.log"), 30);
    assertEquals(Reading.of(42L), bytes("fluentd", ""));
  }

  @Test
  void noFilesAreNoBytesOrNoSuchFigure() {
    assertEquals(Reading.of(0L), bytes("json-file", ""));
    assertEquals(Cause.NOT_APPLICABLE, missing(bytes("none", "")).cause());
    assertEquals(Cause.NOT_APPLICABLE, missing(bytes("journald", "")).cause());
  }

  @Test
  void withoutTheHostConfigNothingIsGuessed() throws IOException {
    Container unknown =
        new Container(
            Fixtures.state(id(1), "overlay2", ""),
            Reading.missing(Cause.MALFORMED, "cut off"),
            host.resolve("data"),
            directory);
    assertEquals(Cause.MALFORMED, missing(logs.bytes(unknown)).cause());
    file(directory.resolve(id(1) + "-json.log"), 9);
    assertEquals(Reading.of(9L), logs.bytes(unknown));
  }

  @Test
  void aLogElsewhereCountsOnlyWithinADataRoot() throws IOException {
    file(host.resolve("more/logs/own.log"), 50);
    file(host.resolve("more/logs/own.log.1"), 5);
    file(host.resolve("secret/big"), 9999);
    assertEquals(Reading.of(55L), bytes("json-file", "/more/logs/own.log"));
    assertEquals(Reading.of(0L), bytes("json-file", "/secret/big"));
    assertEquals(Reading.of(0L), bytes("json-file", "/more/../secret/big"));
    Files.createSymbolicLink(host.resolve("more/out"), host.resolve("secret"));
    assertEquals(Reading.of(0L), bytes("json-file", "/more/out/big"));
    assertEquals(Reading.of(0L), bytes("json-file", "/nowhere/x"));
    assertEquals(Reading.of(0L), bytes("json-file", "/"));
    assertEquals(Reading.of(0L), bytes("json-file", "C:\\ProgramData\\x-json.log"));
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    file(host.resolve("secret/big"), 9999);
    Files.createSymbolicLink(directory.resolve(id(1) + "-json.log"), host.resolve("secret/big"));
    assertEquals(Reading.of(0L), bytes("json-file", ""));
  }

  private static Reading.Missing<?> missing(Reading<Long> reading) {
    return assertInstanceOf(Reading.Missing.class, reading);
  }
}
