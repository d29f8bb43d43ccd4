package io.bilgewatch.agent.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A host that is one text file, unpacked below a directory that is then the agent's {@code
 * host.root}:
 *
 * <pre>
 * # what this host is                      up to the first line that begins with ===
 * === let ID 0123…                         &#64;ID&#64; stands for it from here on
 * === file proc/1/status 644               the lines up to the next ===; mode 644 where none is given
 * === sized var/log/x 4096 600             a file of so many bytes
 * === dir proc/1/root 755
 * === link proc/self /proc/self            a symbolic link
 * </pre>
 *
 * <p>{@code \xNN} in a name or content is that byte. A blank line before a {@code ===} is for the
 * reader and belongs to no file.
 */
public final class FakeHost implements AutoCloseable {
  private static final Pattern BYTE = Pattern.compile("\\\\x([0-9a-f]{2})");

  private final Path root;
  private final Map<String, String> names = new HashMap<>();
  private final List<Path> links = new ArrayList<>();

  private FakeHost(Path root) {
    this.root = root;
  }

  /** Unpacks {@code /hosts/NAME.host} of the class path. */
  public static FakeHost unpack(String name, Path directory) throws IOException {
    FakeHost host = new FakeHost(directory);
    try (InputStream in = FakeHost.class.getResourceAsStream("/hosts/" + name + ".host")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String[] entries = ("\n" + text).split("\n=== ", -1);
      for (int i = 1; i < entries.length; i++) {
        host.add(entries[i]);
      }
    }
    host.age();
    return host;
  }

  public Path root() {
    return root;
  }

  /** A file of it; names as in the text. */
  public Path path(String name) {
    return root.resolve(filled(name));
  }

  /** What a {@code let} says. */
  public String let(String name) {
    return names.get(name);
  }

  /** Puts another content into a file, as the kernel would: in place. */
  public void write(String name, String content) throws IOException {
    Path file = path(name);
    Files.createDirectories(file.getParent());
    Files.write(file, filled(content).getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Docker was at work a while ago: what it makes at the moment is not yet told as a problem. */
  private void age() throws IOException {
    FileTime then = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.filter(Files::isReadable).toList()) {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          Files.setLastModifiedTime(path, then);
        }
      }
    }
  }

  private void add(String entry) throws IOException {
    int end = entry.indexOf('\n') < 0 ? entry.length() : entry.indexOf('\n');
    String[] words = entry.substring(0, end).strip().split(" +", -1);
    String content = entry.substring(Math.min(entry.length(), end + 1));
    switch (words[0]) {
      case "let" -> names.put(words[1], words[2]);
      case "file" -> {
        write(words[1], content.isBlank() ? "" : content.stripTrailing() + "\n");
        mode(words[1], words.length > 2 ? words[2] : "644");
      }
      case "sized" -> {
        write(words[1], "x".repeat(Integer.parseInt(words[2])));
        mode(words[1], words.length > 3 ? words[3] : "644");
      }
      case "dir" -> {
        Files.createDirectories(path(words[1]));
        mode(words[1], words.length > 2 ? words[2] : "755");
      }
      case "link" -> {
        Files.createDirectories(path(words[1]).getParent());
        links.add(Files.createSymbolicLink(path(words[1]), Path.of(words[2])));
      }
      default -> throw new IOException("no such entry: " + words[0]);
    }
  }

  /** Whatever this user's umask is. */
  private void mode(String name, String octal) throws IOException {
    int bits = Integer.parseInt(octal, 8);
    StringBuilder text = new StringBuilder();
    for (int i = 8; i >= 0; i--) {
      text.append((bits >> i & 1) == 1 ? "rwx".charAt(2 - i % 3) : '-');
    }
    Files.setPosixFilePermissions(path(name), PosixFilePermissions.fromString(text.toString()));
  }

  private String filled(String text) {
    String filled = text;
    for (Map.Entry<String, String> name : names.entrySet()) {
      filled = filled.replace("@" + name.getKey() + "@", name.getValue());
    }
    return BYTE.matcher(filled)
        .replaceAll(match ->
            Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))));
  }

  /** Removes the links, so that nothing that removes the rest can follow them. */
  @Override
  public void close() throws IOException {
    for (Path link : links) {
      Files.deleteIfExists(link);
    }
  }
}
