package io.bilgewatch.agent.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.contract.ContractFolder.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractFolderTest {
  private static final String GOOD = "contract: 1\nname: NAME\napplies-to: {image: x}\n";

  @TempDir Path folder;

  @Test
  void whatIsTheSameIsTheVerySame() throws IOException {
    write("a.yml", "a");
    write("b.yaml", "b");
    write("README.md", "c");
    write(".d.yml", "d");
    ContractFolder contracts = new ContractFolder(folder);
    Found first = contracts.look();
    assertEquals(List.of("a", "b"), names(first));
    assertSame(first, contracts.look());
    Files.delete(folder.resolve("b.yaml"));
    write("c.yml", "third");
    assertEquals(List.of("a", "third"), names(contracts.look()));
  }

  @Test
  void ofABrokenFileWhatItSaidLastStands() throws IOException {
    write("a.yml", "a");
    ContractFolder contracts = new ContractFolder(folder);
    contracts.look();
    Files.writeString(folder.resolve("a.yml"), "contract: 1\nnmae: a\n");
    Files.writeString(folder.resolve("b.yml"), "nothing");
    Found broken = contracts.look();
    assertEquals(List.of("a"), names(broken));
    assertTrue(broken.problems().toString().contains("a.yml:2:1"), broken::toString);
    assertTrue(broken.problems().toString().contains("b.yml:1:1"), broken::toString);
    assertSame(broken, contracts.look());
    write("a.yml", "better");
    Files.delete(folder.resolve("b.yml"));
    assertEquals(List.of("better"), names(contracts.look()));
    assertEquals(List.of(), contracts.look().problems());
  }

  @Test
  void aDirectoryThatIsGoneIsTold() throws IOException {
    write("a.yml", "a");
    ContractFolder contracts = new ContractFolder(folder);
    contracts.look();
    Files.delete(folder.resolve("a.yml"));
    Files.delete(folder);
    Found gone = contracts.look();
    assertEquals(List.of("a"), names(gone));
    assertTrue(gone.problems().getFirst().what().contains("no such"), gone::toString);
    Files.createDirectory(folder);
  }

  @Test
  void twoOfOneNameAreAProblem() throws IOException {
    write("a.yml", "same");
    write("b.yml", "same");
    assertTrue(
        assertThrows(ConfigurationException.class, () -> ContractFolder.read(folder))
            .getMessage()
            .contains("\"same\" is the name of"));
  }

  private void write(String file, String name) throws IOException {
    Files.writeString(folder.resolve(file), GOOD.replace("NAME", name));
  }

  private static List<String> names(Found found) {
    return found.contracts().stream().map(Contract::name).toList();
  }
}
