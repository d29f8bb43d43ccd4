import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Checks or rewrites every Java file below the modules with google-java-format, in one JVM. */
class Format {
  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("write");
    Path root = Path.of(args[1]);
    Formatter formatter = new Formatter(JavaFormatterOptions.defaultOptions());
    List<Path> wrong = new ArrayList<>();
    for (String module : List.of("collectors", "agent", "packaging")) {
      try (Stream<Path> files = Files.walk(root.resolve(module))) {
        for (Path file : (Iterable<Path>) files.filter(Format::isSource)::iterator) {
          String text = Files.readString(file);
          String imports = RemoveUnusedImports.removeUnusedImports(text);
          String ordered = ImportOrderer.reorderImports(imports, JavaFormatterOptions.Style.GOOGLE);
          String formatted = formatter.formatSource(ordered);
          if (!formatted.equals(text)) {
            wrong.add(root.relativize(file));
            if (write) {
              Files.writeString(file, formatted);
            }
          }
        }
      }
    }
    if (!write && !wrong.isEmpty()) {
      System.err.println("Not formatted (run `mvn -N validate exec:exec@format`): " + wrong);
      System.exit(1);
    }
    System.out.println((write ? "rewrote " : "checked, not formatted: ") + wrong.size() + " files");
  }

  private static boolean isSource(Path file) {
    return file.toString().endsWith(".java") && !file.toString().contains("/target/");
  }
}
