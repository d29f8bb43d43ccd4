package io.bilgewatch.docker;

import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** State files as engines write them, and data roots made of them. */
final class Fixtures {
  /** Of the container in {@code store-20.10-*.json}. */
  static final String STORE = "a64f2d97de18bfd14bf13f54d19a859495e267ae0fbb0a7e64ff4c36588d7df9";

  private Fixtures() {}

  static byte[] bytes(String name) {
    try (InputStream in = Fixtures.class.getResourceAsStream("/docker/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The n-th of many ids. */
  static String id(int n) {
    return "%064x".formatted(n);
  }

  static byte[] config(String id, String name) {
    String text = new String(bytes("store-20.10-config.v2.json"), StandardCharsets.UTF_8);
    return utf8(text.replace(STORE, id).replace("\"/store\"", "\"/" + name + "\""));
  }

  /** A container's directory as Docker 20.10 leaves it. */
  static Path container(Path dataRoot, String id, String name) throws IOException {
    Path directory = Files.createDirectories(dataRoot.resolve("containers").resolve(id));
    replace(directory.resolve("hostconfig.json"), bytes("store-20.10-hostconfig.json"));
    replace(directory.resolve("config.v2.json"), config(id, name));
    return directory;
  }

  /** As Docker replaces a state file. */
  static void replace(Path file, byte[] content) throws IOException {
    Path temporary = Files.createTempFile(file.getParent(), ".tmp-" + file.getFileName(), "");
    Files.write(temporary, content);
    Files.move(
        temporary,
        file,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  /** A container that logs by this driver, and whose state stands nowhere on disk. */
  static Container logging(Path dataRoot, Path directory, String driver, String logPath) {
    String json = "{\"LogConfig\":{\"Type\":\"" + driver + "\"}}";
    try {
      return new Container(
          state(directory.getFileName().toString(), "overlay2", logPath),
          Reading.of(DockerJson.hostConfig("hostconfig.json", utf8(json))),
          dataRoot,
          directory);
    } catch (Malformed e) {
      throw new AssertionError(e);
    }
  }

  /** A container of that driver whose state stands nowhere on disk. */
  static ContainerState state(String id, String driver, String logPath) {
    return new ContainerState(
        id,
        "any",
        "",
        "",
        driver,
        Map.of(),
        "",
        "",
        false,
        false,
        false,
        false,
        false,
        false,
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        "",
        "",
        "",
        logPath,
        List.of());
  }
}
