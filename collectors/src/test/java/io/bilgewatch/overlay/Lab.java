package io.bilgewatch.overlay;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A directory on the real file system with the parts of an overlay: {@code lower}, {@code upper},
 * {@code work} and {@code merged}. Shell commands run in it; all is unmounted and removed in the
 * end, also names and depths that Java can't.
 */
final class Lab implements AutoCloseable {
  final Path root;
  private final boolean inMemory;
  private boolean mounted;

  Lab() throws IOException {
    this(false);
  }

  /** On a tmpfs of its own, where files are made many times faster. */
  static Lab inMemory() throws IOException {
    return new Lab(true);
  }

  private Lab(boolean inMemory) throws IOException {
    this.inMemory = inMemory;
    Assumptions.assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "needs root: makes devices and mounts overlays");
    root = Files.createTempDirectory("bilgewatch-lab");
    if (inMemory) {
      sh("mount -t tmpfs lab .");
    }
    sh("mkdir lower upper work merged");
  }

  Path upper() {
    return root.resolve("upper");
  }

  /** Mounts {@code merged}; the options are added to those that name the directories. */
  void mount(String options) throws IOException {
    sh(
        "mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work"
            + options
            + " merged");
    mounted = true;
  }

  /** What the script prints; fails where it fails. */
  String sh(String script) throws IOException {
    Process process =
        new ProcessBuilder("bash", "-euc", script)
            .directory(root.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().close();
    String out =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).strip();
    try {
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException("exit " + code + ": " + script + "\n" + out);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return out;
  }

  long number(String script) throws IOException {
    return Long.parseLong(sh(script));
  }

  LayerMeasurement measure() {
    return measure(Budget.DEFAULT);
  }

  LayerMeasurement measure(Budget budget) {
    return measure(budget, OverlayAttributes.TRUSTED, Pace.UNHINDERED);
  }

  LayerMeasurement measure(Budget budget, OverlayAttributes attributes, Pace pace) {
    try (LayerWalk walk = new LayerWalk(budget)) {
      return present(walk.measure(path(), attributes, pace));
    }
  }

  /** With the layers below, the topmost first. */
  LayerUsage measureByNames(OverlayAttributes attributes, String... lowers) {
    List<Path> lowerdirs = Stream.of(lowers).map(root::resolve).toList();
    try (LowerLayers layers = LowerLayers.open(lowerdirs).optional().orElseThrow();
        LayerWalk walk = new LayerWalk(Budget.DEFAULT)) {
      return present(
              walk.measure(
                  path(), attributes, Optional.of(layers), Pace.UNHINDERED, LayerVisitor.NONE))
          .usage();
    }
  }

  KernelPath path() {
    return KernelPath.of(upper().toString());
  }

  static LayerMeasurement present(Reading<LayerMeasurement> reading) {
    return switch (reading) {
      case Reading.Present<LayerMeasurement>(LayerMeasurement measurement) -> measurement;
      case Reading.Missing<LayerMeasurement> missing -> throw new AssertionError(missing);
    };
  }

  /** Descriptors of this process for what is in the lab. */
  long openDescriptors() throws IOException {
    long count = 0;
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : open) {
        if (isInLab(descriptor)) {
          count++;
        }
      }
    }
    return count;
  }

  private boolean isInLab(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).startsWith(root);
    } catch (NoSuchFileException e) {
      // Another thread's, closed meanwhile.
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    if (mounted) {
      sh("umount merged");
    }
    if (inMemory) {
      sh("cd / && umount '" + root + "'");
    }
    sh("cd / && rm -rf --one-file-system '" + root + "'");
  }
}
