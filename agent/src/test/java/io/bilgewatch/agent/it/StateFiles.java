package io.bilgewatch.agent.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A data root in which nothing runs, and whose containers have names that no engine would give. */
final class StateFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;
  private int written;

  /**
   * @param root what stands for the data root
   */
  StateFiles(Path root) {
    this.root = root;
  }

  /** The id of a container that is stopped. */
  String add(String name, String image) {
    String id = "%064x".formatted(++written);
    ObjectNode state =
        JSON.createObjectNode().put("ID", id).put("Name", "/" + name).put("Driver", "overlay2");
    state.putObject("State").put("Running", false).put("Pid", 0);
    state.putObject("Config").put("Image", image);
    try {
      Path directory = Files.createDirectories(root.resolve("containers").resolve(id));
      Files.writeString(directory.resolve("config.v2.json"), state.toString());
      Files.writeString(
          directory.resolve("hostconfig.json"), "{\"LogConfig\":{\"Type\":\"json-file\"}}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return id;
  }
}
