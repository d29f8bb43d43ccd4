package io.bilgewatch.agent.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What starts the agent must give it the same powers, and no more, wherever it runs. */
class ManifestsTest {
  private static final Path ROOT = Path.of(System.getProperty("bilgewatch.root"));
  private static final Path DOCKER = ROOT.resolve("packaging/docker");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "packaging/docker/compose.yml",
        "packaging/docker/stack.yml",
        "packaging/docker/daemonset.yml",
        "docs/install.md"
      })
  void nothingIsPrivilegedAndNobodyHasTheSocket(String name) throws IOException {
    String text = Files.readString(ROOT.resolve(name));
    assertFalse(text.contains("privileged: true"), name);
    assertFalse(text.contains("--privileged"), name);
    assertFalse(text.matches("(?s).*source[=:] ?/(var/)?run.*"), name);
    assertFalse(text.contains("path: /var/run"), name);
  }

  @Test
  void allGiveTheCapabilitiesOfTheUnit() throws IOException {
    Set<String> unit =
        words(line(ROOT.resolve("systemd/bilgewatch.service"), "AmbientCapabilities="));
    assertEquals(6, unit.size(), unit::toString);
    assertEquals(unit, capabilities(strings(compose().get("cap_add"))));
    assertEquals(unit, capabilities(strings(stack().get("cap_add"))));
    Map<String, Object> pod = map(container().get("securityContext"));
    assertEquals(unit, capabilities(strings(map(pod.get("capabilities")).get("add"))));
    assertEquals(
        unit,
        capabilities(
            Stream.of(Files.readString(ROOT.resolve("docs/install.md")).split("\\s+", -1))
                .filter(word -> word.startsWith("--cap-add="))
                .map(word -> word.substring("--cap-add=".length()))
                .toList()));
    assertEquals(List.of("ALL"), strings(compose().get("cap_drop")));
    assertEquals(List.of("ALL"), strings(stack().get("cap_drop")));
    assertEquals(List.of("ALL"), strings(map(pod.get("capabilities")).get("drop")));
  }

  @Test
  void rootsAreReadOnlyAndSoIsWhatIsOfTheHost() throws IOException {
    assertEquals(true, compose().get("read_only"));
    assertEquals(true, stack().get("read_only"));
    assertEquals(true, map(container().get("securityContext")).get("readOnlyRootFilesystem"));
    Set<String> composed = binds(compose());
    assertEquals(Set.of("/proc", "/sys", "/etc/docker", "/var/lib/docker"), composed);
    assertEquals(composed, binds(stack()));
    Set<String> mounted = new TreeSet<>();
    for (Object one : list(container().get("volumeMounts"))) {
      String path = (String) map(one).get("mountPath");
      if (path.startsWith("/host")) {
        assertEquals(true, map(one).get("readOnly"), path);
        mounted.add(path.substring("/host".length()));
      }
    }
    assertEquals(composed, mounted);
  }

  @Test
  void memoryIsThatOfTheUnit() throws IOException {
    String most = line(ROOT.resolve("systemd/bilgewatch.service"), "MemoryMax=");
    assertEquals("192M", most);
    assertEquals("192m", compose().get("mem_limit"));
    assertEquals("192m", compose().get("memswap_limit"));
    assertEquals(
        most, map(map(map(stack().get("deploy")).get("resources")).get("limits")).get("memory"));
    assertEquals("192Mi", map(map(container().get("resources")).get("limits")).get("memory"));
  }

  /** Each is a read-only bind of a path to the same one below /host. */
  private static Set<String> binds(Map<String, Object> service) {
    Set<String> sources = new TreeSet<>();
    for (Object one : list(service.get("volumes"))) {
      Map<String, Object> volume = map(one);
      if (volume.get("type").equals("bind")) {
        assertEquals(true, volume.get("read_only"), volume::toString);
        assertEquals("/host" + volume.get("source"), volume.get("target"));
        sources.add((String) volume.get("source"));
      }
    }
    return sources;
  }

  private static Map<String, Object> compose() throws IOException {
    return map(map(read("compose.yml").get("services")).get("bilgewatch"));
  }

  private static Map<String, Object> stack() throws IOException {
    return map(map(read("stack.yml").get("services")).get("agent"));
  }

  private static Map<String, Object> container() throws IOException {
    Map<String, Object> spec =
        map(map(map(read("daemonset.yml").get("spec")).get("template")).get("spec"));
    assertEquals(true, spec.get("hostPID"));
    assertEquals(true, spec.get("hostNetwork"));
    List<Object> containers = list(spec.get("containers"));
    assertEquals(1, containers.size());
    return map(containers.getFirst());
  }

  private static Map<String, Object> read(String name) throws IOException {
    return map(new Yaml().<Object>load(Files.readString(DOCKER.resolve(name))));
  }

  private static Set<String> capabilities(List<String> names) {
    return names.stream()
        .map(name -> name.startsWith("CAP_") ? name : "CAP_" + name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> words(String text) {
    return new TreeSet<>(Arrays.asList(text.split(" ", -1)));
  }

  private static String line(Path file, String key) throws IOException {
    List<String> found =
        Files.readAllLines(file).stream().filter(line -> line.startsWith(key)).toList();
    assertTrue(found.size() == 1, found::toString);
    return found.getFirst().substring(key.length());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object node) {
    return (Map<String, Object>) node;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object node) {
    return (List<Object>) node;
  }

  private static List<String> strings(Object node) {
    return list(node).stream().map(String.class::cast).toList();
  }
}
