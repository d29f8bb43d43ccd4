import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Sums up what Surefire, Failsafe and the shell checks reported: {@code TestReports.java ROOT
 * CHECKS ALLOWED-SKIPS STRICT}. Every failure and every skip is printed with its reason; the last
 * line is {@code N passed, N failed, N skipped}. Ends with 1 where something failed, where nothing
 * ran, and, if STRICT is {@code true}, where something was skipped that ALLOWED-SKIPS does not
 * list.
 *
 * <p>CHECKS has a line for each shell check: {@code passed|failed|skipped TAB name TAB reason}.
 * ALLOWED-SKIPS has a line for each kind of skip: a regular expression that is found in {@code
 * Class#method: reason}, a tab, and why this may be skipped; {@code #} begins a comment.
 */
class TestReports {
  /** Surefire drops a test factory, or a parameterized test, that is aborted as a whole. */
  private static final String NOTHING_RAN = "no test of it ran, and its report does not say why";

  enum Outcome {
    PASSED,
    FAILED,
    SKIPPED
  }

  record Result(Outcome outcome, String name, String reason) {
    @Override
    public String toString() {
      return name + ": " + reason;
    }
  }

  public static void main(String[] args) throws IOException {
    List<Result> results = new ArrayList<>();
    for (Path report : reports(Path.of(args[0]))) {
      results.addAll(read(report));
    }
    results.addAll(checks(Path.of(args[1])));
    List<Pattern> allowed = allowed(Path.of(args[2]));
    boolean strict = Boolean.parseBoolean(args[3]);

    List<Result> failed = only(results, Outcome.FAILED);
    List<Result> skipped = only(results, Outcome.SKIPPED);
    List<Result> unexcused = skipped.stream().filter(r -> !matchesOne(r, allowed)).toList();
    print("Failed:", failed);
    print("Skipped:", skipped);
    if (strict) {
      print("Skipped, but nothing in " + args[2] + " says that it may be here:", unexcused);
    }
    long passed = only(results, Outcome.PASSED).size();
    System.out.printf("%d passed, %d failed, %d skipped%n", passed, failed.size(), skipped.size());
    boolean good = failed.isEmpty() && passed > 0 && !(strict && !unexcused.isEmpty());
    System.exit(good ? 0 : 1);
  }

  private static List<Result> only(List<Result> results, Outcome outcome) {
    return results.stream().filter(r -> r.outcome() == outcome).toList();
  }

  private static boolean matchesOne(Result result, List<Pattern> patterns) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(result.toString()).find());
  }

  private static void print(String title, List<Result> results) {
    if (!results.isEmpty()) {
      System.out.println(title);
      results.forEach(result -> System.out.println("  " + result.toString().indent(2).strip()));
    }
  }

  private static List<Path> reports(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    for (String module : List.of("collectors", "agent")) {
      for (String folder : List.of("surefire-reports", "failsafe-reports")) {
        Path reports = root.resolve(module).resolve("target").resolve(folder);
        if (Files.isDirectory(reports)) {
          try (Stream<Path> files = Files.list(reports)) {
            files.filter(TestReports::isReport).sorted().forEach(found::add);
          }
        }
      }
    }
    return found;
  }

  private static boolean isReport(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith("TEST-") && name.endsWith(".xml");
  }

  private static List<Result> read(Path report) throws IOException {
    List<Result> results = new ArrayList<>();
    try {
      var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      builder.setErrorHandler(null);
      NodeList cases = builder.parse(report.toFile()).getElementsByTagName("testcase");
      if (cases.getLength() == 0) {
        results.add(new Result(Outcome.SKIPPED, className(report), NOTHING_RAN));
      }
      for (int i = 0; i < cases.getLength(); i++) {
        results.add(result((Element) cases.item(i)));
      }
    } catch (ParserConfigurationException | SAXException e) {
      results.add(new Result(Outcome.FAILED, report.getFileName().toString(), e.toString()));
    }
    return results;
  }

  private static String className(Path report) {
    String name = report.getFileName().toString().replaceFirst("\\.xml$", "");
    return name.replaceFirst("^TEST-(.*\\.)?", "") + "#*";
  }

  private static Result result(Element test) {
    String type = test.getAttribute("classname");
    String name = type.substring(type.lastIndexOf('.') + 1) + "#" + test.getAttribute("name");
    Optional<Element> failure = child(test, "failure").or(() -> child(test, "error"));
    if (failure.isPresent()) {
      String text = lines(failure.get().getTextContent(), 12);
      return new Result(
          Outcome.FAILED, name, text.isEmpty() ? failure.get().getAttribute("type") : text);
    }
    return child(test, "skipped")
        .map(skip -> new Result(Outcome.SKIPPED, name, skipReason(skip)))
        .orElseGet(() -> new Result(Outcome.PASSED, name, ""));
  }

  private static Optional<Element> child(Element parent, String name) {
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        return Optional.of(element);
      }
    }
    return Optional.empty();
  }

  /** A disabled test has a message; an aborted one has its exception as text. */
  private static String skipReason(Element skip) {
    String text = skip.hasAttribute("message") ? skip.getAttribute("message") : "";
    text = text.isBlank() ? lines(skip.getTextContent(), 1) : text;
    return text.replaceFirst("^[\\w.]*TestAbortedException: (Assumption failed: )?", "");
  }

  private static String lines(String text, int count) {
    return String.join("\n", text.strip().lines().limit(count).toList());
  }

  private static List<Result> checks(Path file) throws IOException {
    List<Result> results = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] parts = line.split("\t", 3);
      results.add(new Result(Outcome.valueOf(parts[0].toUpperCase()), parts[1], parts[2]));
    }
    return results;
  }

  private static List<Pattern> allowed(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> Pattern.compile(line.split("\t", 2)[0]))
        .toList();
  }
}
