package io.bilgewatch.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PrivateEngineIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  @Test
  void aMegabyteWrittenIsAMegabyteInDockerPs() {
    ENGINE.idle("writes-a-megabyte");
    ENGINE.exec("writes-a-megabyte", "head -c 1000000 /dev/zero > /var/log/app.log");

    String size = ENGINE.docker("ps", "-s", "--filter", "name=megabyte", "--format", "{{.Size}}");
    assertTrue(size.startsWith("1MB "), size);
    assertEquals(1_000_000, ENGINE.inspect("writes-a-megabyte").get("SizeRw").asLong());
  }

  @Test
  void theUpperdirLiesBelowTheDataRootAndHoldsWhatWasWritten() {
    ENGINE.idle("writes-a-file", "--user=1000");
    ENGINE.exec("writes-a-file", "head -c 12345 /dev/zero > /home/app/data");

    var file = ENGINE.upperdir("writes-a-file").resolve("home/app/data");
    assertTrue(file.startsWith(ENGINE.dataRoot()), file::toString);
    assertEquals("12345 1000", Shell.text("stat", "-c", "%s %u", file.toString()));
  }

  @Test
  void aReadOnlyContainerCannotWriteAndSaysWhy() {
    ENGINE.idle("sealed", "--read-only", "--tmpfs=/tmp:size=1m");
    var failed = ENGINE.tryDocker("exec", "sealed", "sh", "-c", "echo > /denied");

    assertEquals(1, failed.status());
    assertTrue(failed.stderr().contains("Read-only file system"), failed::stderr);
    assertTrue(ENGINE.inspect("sealed").at("/HostConfig/ReadonlyRootfs").asBoolean());
  }

  @Test
  void aCreatedContainerHasALayerButDoesNotRun() {
    String id = ENGINE.create("never-started", List.of(), "true");

    assertEquals("created", ENGINE.inspect("never-started").at("/State/Status").asText());
    assertTrue(Files.isDirectory(ENGINE.dataRoot().resolve("containers").resolve(id)));
  }
}
