package io.bilgewatch.docker;

import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The upperdir of a container that does not run, from the layer store's own files; for one that
 * runs, its mount table is the truth.
 *
 * <p>{@code <data-root>/image/<driver>/layerdb/mounts/<container id>/mount-id}, one line without
 * its end:
 *
 * <pre>{@code
 * 6b1f0c9a5d3e47f28b6a9c0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f60718293a4b
 * }</pre>
 *
 * The layer is {@code <data-root>/overlay2/<mount-id>/diff}, with the older overlay driver {@code
 * <data-root>/overlay/<mount-id>/upper}. A mount id that ends in {@code -init} is not a container's
 * layer.
 */
public final class LayerLocator {
  private static final Pattern MOUNT_ID = Pattern.compile("[0-9a-f]{64}(-[0-9a-z]+)*(?<!-init)");
  private static final Pattern LINK = Pattern.compile("l/[0-9A-Z]{1,64}");
  private static final int MAX_BYTES = 4096;

  private LayerLocator() {}

  /** The container's upperdir, seen from here; missing for drivers that have none to be told. */
  public static Reading<Path> upperdir(Container container) {
    String driver = container.state().storageDriver();
    return switch (driver) {
      case "overlay2" -> layer(container, driver, "diff");
      case "overlay" -> layer(container, driver, "upper");
      case "overlayfs" ->
          unsupported("overlayfs (containerd image store) tells the layer of running containers");
      default ->
          unsupported((driver.isEmpty() ? "an unnamed driver" : driver) + " has no upperdir");
    };
  }

  private static Reading<Path> unsupported(String why) {
    return Reading.missing(Cause.UNSUPPORTED, "storage driver: " + why);
  }

  private static Reading<Path> layer(Container container, String driver, String upper) {
    Path layers = container.dataRoot().resolve("image").resolve(driver).resolve("layerdb/mounts");
    Path file = layers.resolve(container.directory().getFileName()).resolve("mount-id");
    try {
      String mountId = mountId(file.toString(), StateFiles.read(file, MAX_BYTES));
      Path layer = container.dataRoot().resolve(driver).resolve(mountId).resolve(upper);
      return StateFiles.attributes(layer).isDirectory()
          ? Reading.of(layer)
          : Reading.missing(Cause.FAILED, layer + ": not a directory");
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }

  static String mountId(String source, byte[] text) throws Malformed {
    String mountId = new String(text, StandardCharsets.ISO_8859_1).strip();
    if (!MOUNT_ID.matcher(mountId).matches()) {
      throw new Malformed(source, 0, "a mount id (64 hex digits)", text);
    }
    return mountId;
  }

  /**
   * The layers below a container's own, the topmost first, seen from here: {@code lower} beside its
   * {@code diff}, with the links of the driver's directory, such as {@code
   * l/6Y5IM2XC7TSNIJZZFLJ:…}.
   *
   * @param upperdir that was found by {@link #upperdir}
   */
  public static Reading<List<Path>> lowerdirs(Path upperdir) {
    Path layer = upperdir.getParent();
    try {
      List<Path> all = new ArrayList<>();
      for (String link : KernelFile.readText(layer.resolve("lower")).strip().split(":", -1)) {
        if (!LINK.matcher(link).matches()) {
          return Reading.missing(Cause.MALFORMED, layer + "/lower: not a link: " + link);
        }
        all.add(layer.resolveSibling(link));
      }
      return Reading.of(all);
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }
}
