package io.bilgewatch.agent.config;

import io.bilgewatch.agent.config.Given.Value;
import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The values of one YAML text. Sections may be nested or dotted, so that these two say the same:
 *
 * <pre>
 * web:
 *   listen-address: 127.0.0.1:10058
 *
 * web.listen-address: 127.0.0.1:10058
 * </pre>
 *
 * Only the node tree is composed; no object is ever constructed from a tag.
 */
final class YamlFile {
  static final int MAX_CHARACTERS = 256 * 1024;
  private static final Set<Tag> PLAIN =
      Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.TIMESTAMP);

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
    try {
      Node root = new Yaml(limits()).compose(new StringReader(text));
      if (root instanceof MappingNode mapping) {
        section("", mapping);
      } else if (root != null && !isNull(root)) {
        problem(root, "expects keys with values, found " + nameOf(root));
      }
    } catch (MarkedYAMLException e) {
      problems.add(new Problem(place(e), "not YAML: " + oneLine(e.getProblem())));
    } catch (YAMLException e) {
      problems.add(new Problem(file, "not YAML: " + oneLine(e.getMessage())));
    }
  }

  private static LoaderOptions limits() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_CHARACTERS);
    options.setMaxAliasesForCollections(0);
    options.setNestingDepthLimit(10);
    return options;
  }

  private void section(String prefix, MappingNode mapping) {
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key) {
        entry(prefix + key.getValue(), key, tuple.getValueNode());
      } else {
        problem(tuple.getKeyNode(), "a key must be text, found " + nameOf(tuple.getKeyNode()));
      }
    }
  }

  private void entry(String name, Node at, Node value) {
    Integer first = firstLines.putIfAbsent(name, lineOf(at));
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
    } else if (!isNull(value)) {
      problem(value, "%s expects keys with values, found %s".formatted(name, nameOf(value)));
    }
  }

  private void leaf(String name, Node at, Node value) {
    Source source = new Source.File(file, lineOf(at));
    switch (value) {
      case Node node when isNull(node) ->
          problem(at, name + " has no value; give it one or remove it");
      case ScalarNode scalar when isPlain(scalar) ->
          given.accept(new Given(name, new Value.Scalar(scalar.getValue()), source));
      case SequenceNode sequence when sequence.getValue().stream().allMatch(YamlFile::isPlain) ->
          given.accept(new Given(name, new Value.Items(texts(sequence)), source));
      default -> problem(value, "%s can't be %s".formatted(name, nameOf(value)));
    }
  }

  private static List<String> texts(SequenceNode sequence) {
    return sequence.getValue().stream().map(item -> ((ScalarNode) item).getValue()).toList();
  }

  private static boolean isPlain(Node node) {
    return node instanceof ScalarNode && PLAIN.contains(node.getTag());
  }

  private static boolean isNull(Node node) {
    return Tag.NULL.equals(node.getTag());
  }

  private static String nameOf(Node node) {
    return switch (node) {
      case MappingNode _ -> "a section";
      case SequenceNode _ -> "a list of other than single values";
      case ScalarNode scalar when !isPlain(scalar) -> "of the type " + scalar.getTag().getValue();
      default -> "a single value";
    };
  }

  private void problem(Node at, String what) {
    problems.add(new Problem(file + ":" + lineOf(at), oneLine(what)));
  }

  private String place(MarkedYAMLException error) {
    return error.getProblemMark() == null
        ? file
        : file + ":" + (error.getProblemMark().getLine() + 1);
  }

  private static int lineOf(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  private static String oneLine(String text) {
    return String.valueOf(text).replaceAll("\\s+", " ").strip();
  }
}
