package io.bilgewatch.agent.config;

import io.bilgewatch.agent.config.Given.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The values of one YAML text. Sections may be nested or dotted, so that these two say the same:
 *
 * <pre>
 * web:
 *   listen-address: 127.0.0.1:10058
 *
 * web.listen-address: 127.0.0.1:10058
 * </pre>
 */
final class YamlFile {
  private final String file;
  private final List<Problem> problems;
  private final Consumer<Given> given;
  private final Map<String, Integer> firstLines = new HashMap<>();

  private YamlFile(String file, Consumer<Given> given, List<Problem> problems) {
    this.file = file;
    this.given = given;
    this.problems = problems;
  }

  /**
   * @param file its name, for messages
   * @param given takes each value of a known key, in the order of the file
   * @param problems takes all that is wrong
   */
  static void parse(String file, String text, Consumer<Given> given, List<Problem> problems) {
    new YamlFile(file, given, problems).compose(text);
  }

  private void compose(String text) {
    YamlNodes.compose(file, text, problems).ifPresent(root -> section("", root));
  }

  private void section(String prefix, MappingNode mapping) {
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key) {
        entry(prefix + key.getValue(), key, tuple.getValueNode());
      } else {
        problem(
            tuple.getKeyNode(),
            "a key must be text, found " + YamlNodes.nameOf(tuple.getKeyNode()));
      }
    }
  }

  private void entry(String name, Node at, Node value) {
    Integer first = firstLines.putIfAbsent(name, YamlNodes.lineOf(at));
    if (first != null) {
      problem(at, "\"%s\" is there twice, first in line %d".formatted(name, first));
    } else if (Keys.named(name).isPresent()) {
      leaf(name, at, value);
    } else if (Keys.sections().contains(name)) {
      subsection(name, value);
    } else {
      List<String> known = Stream.concat(Keys.names().stream(), Keys.sections().stream()).toList();
      problem(at, "unknown key \"%s\"%s".formatted(name, Nearest.question(name, known)));
    }
  }

  private void subsection(String name, Node value) {
    if (value instanceof MappingNode mapping) {
      section(name + ".", mapping);
    } else if (!YamlNodes.isNull(value)) {
      problem(
          value, "%s expects keys with values, found %s".formatted(name, YamlNodes.nameOf(value)));
    }
  }

  private void leaf(String name, Node at, Node value) {
    Source source = new Source.File(file, YamlNodes.lineOf(at));
    switch (value) {
      case Node node when YamlNodes.isNull(node) ->
          problem(at, name + " has no value; give it one or remove it");
      case ScalarNode scalar when YamlNodes.isPlain(scalar) ->
          given.accept(new Given(name, new Value.Scalar(scalar.getValue()), source));
      case SequenceNode list when YamlNodes.isPlainList(list) ->
          given.accept(new Given(name, new Value.Items(YamlNodes.texts(list)), source));
      default -> problem(value, "%s can't be %s".formatted(name, YamlNodes.nameOf(value)));
    }
  }

  private void problem(Node at, String what) {
    problems.add(YamlNodes.problem(file, at, what));
  }
}
