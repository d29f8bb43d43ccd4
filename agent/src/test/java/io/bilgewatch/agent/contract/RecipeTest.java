package io.bilgewatch.agent.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeTest {
  @TempDir Path folder;

  @Test
  void isAScriptWithTheDeclaredOptions() throws Exception {
    String script = recipe(ContractFileTest.WHOLE, "curl -f localhost");
    for (String option :
        new String[] {
          "  --memory=64m \\\n",
          "  --read-only \\\n",
          "  --user=101:101 \\\n",
          "  --tmpfs=/run:size=1048576,nosuid,nodev,noexec,mode=0755 \\\n",
          "  --mount=type=volume,target=/data \\\n"
        }) {
      assertTrue(script.contains(option), script);
    }
    assertFalse(script.contains("@"), script.replaceAll("[^@]*(@.{0,30})", "$1"));
    assertEquals(0, syntax(script));
  }

  @Test
  void whatSomebodyNamedStaysAWord() throws Exception {
    String hostile = ContractFileTest.WHOLE.replace("path: /run", "path: \"/run/$(touch x)'`id`\"");
    String script = recipe(hostile, "echo 'a' \"$HOME\"; @FILE@");
    assertTrue(script.contains("'--tmpfs=/run/$(touch x)'\\''`id`:size="), script);
    assertEquals(0, syntax(script));
  }

  private static String recipe(String contract, String command) throws Exception {
    return Recipe.of(ContractFile.parse("a.yml", contract), "a.yml", "web:1", command, "64m");
  }

  private int syntax(String script) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("script"), script);
    return new ProcessBuilder("sh", "-n", file.toString()).inheritIO().start().waitFor();
  }
}
