package io.bilgewatch.overlay;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.DirectoryOpener;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.MountOpener;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Measures writable layers by walking them: relative to open directories (openat(2), getdents64(2),
 * statx(2)), so that any file name and any depth will do and no symbolic link is ever followed.
 * Opens nothing but directories, stays on the upperdir's file system, holds at most about {@value
 * Levels#OPEN} descriptors, and needs memory for the depth and for hard links, but not for entries.
 *
 * <p>An entry is <i>modified</i> where overlayfs says that the image brought it (a copy-up), and
 * <i>created</i> otherwise; whiteouts are <i>deleted</i>. Regular files, links, devices, pipes and
 * sockets count by each of their names. A directory counts as created where the image did not bring
 * it or where it hides the image's; one that merely leads to changes counts not at all. The copy of
 * an image file that had several names carries no mark, and counts as created.
 *
 * <p>An instance belongs to one thread; its buffers are used again from walk to walk.
 */
public final class LayerWalk implements AutoCloseable {
  /** A container may move directories about at any moment; one that always does is told apart. */
  private static final int ATTEMPTS = 3;

  private final Budget budget;
  private final WalkBuffers buffers;

  /** Where a walk begins. */
  private interface Start {
    /** A descriptor that the caller owns. */
    int open() throws ErrnoException;
  }

  public LayerWalk(Budget budget) {
    this(budget, new DirectoryOpener());
  }

  private LayerWalk(Budget budget, DirectoryOpener opener) {
    this.budget = Objects.requireNonNull(budget, "budget");
    this.buffers = new WalkBuffers(budget, opener);
  }

  /**
   * One that stays in the mount it begins in, and looks at nothing that is mounted below, also
   * where that is of the same file system; for {@link #measure(Fd, Pace, LayerVisitor)}.
   */
  public static LayerWalk withinMount(Budget budget) {
    return new LayerWalk(budget, new MountOpener());
  }

  /**
   * @param upperdir whose parents no container can change; the last component is not followed
   * @return missing as VANISHED where the layer was removed, before or while it was walked, and as
   *     NOT_PERMITTED where the upperdir can't be opened (CAP_DAC_READ_SEARCH)
   */
  public Reading<LayerMeasurement> measure(
      KernelPath upperdir, OverlayAttributes attributes, Pace pace) {
    return measure(upperdir, attributes, pace, LayerVisitor.NONE);
  }

  /**
   * The same, and tells what there is. Where the layer was moved about meanwhile, it is told once
   * more from the start.
   */
  public Reading<LayerMeasurement> measure(
      KernelPath upperdir, OverlayAttributes attributes, Pace pace, LayerVisitor visitor) {
    return measure(upperdir, attributes, Optional.empty(), pace, visitor);
  }

  /**
   * The same, with what the image has: where the overlay's attributes can't be read, and of copies
   * that carry no mark, its names tell new entries from those of the image.
   *
   * @param lowers of the layer; they stay the caller's
   */
  public Reading<LayerMeasurement> measure(
      KernelPath upperdir,
      OverlayAttributes attributes,
      Optional<LowerLayers> lowers,
      Pace pace,
      LayerVisitor visitor) {
    return measure(() -> buffers.opener.open(upperdir), attributes, lowers, pace, visitor);
  }

  /**
   * The same of any directory, which is no layer: what is in it is told as {@link
   * LayerEntry.Change#WRITTEN}, whatever it is.
   *
   * @param directory also one that was opened with O_PATH; stays the caller's
   */
  public Reading<LayerMeasurement> measure(Fd directory, Pace pace, LayerVisitor visitor) {
    return measure(
        () -> buffers.opener.openAgain(directory),
        OverlayAttributes.UNREADABLE,
        Optional.empty(),
        pace,
        visitor);
  }

  private Reading<LayerMeasurement> measure(
      Start from,
      OverlayAttributes attributes,
      Optional<LowerLayers> lowers,
      Pace pace,
      LayerVisitor visitor) {
    Instant start = Instant.now();
    Meter meter = new Meter(budget, pace, buffers.clock);
    Optional<ImageNames> image = lowers.map(ImageNames::new);
    try {
      LayerPass pass = pass(from, attributes, image, meter, visitor);
      for (int i = 1; i < ATTEMPTS && wasMoved(pass); i++) {
        pass = pass(from, attributes, image, meter, visitor);
      }
      Optional<Shortfall> shortfall = pass.shortfall();
      LayerUsage usage =
          pass.tally()
              .usage(
                  attributes != OverlayAttributes.UNREADABLE || isKnown(lowers),
                  buffers.largest.result(),
                  start,
                  meter.cpu(),
                  shortfall.isEmpty());
      return Reading.of(new LayerMeasurement(usage, shortfall, meter.entries()));
    } catch (ErrnoException e) {
      return Reading.failed(e);
    }
  }

  private static boolean isKnown(Optional<LowerLayers> lowers) {
    return lowers.isPresent() && !lowers.get().isUnreadable();
  }

  private static boolean wasMoved(LayerPass pass) {
    return pass.shortfall().filter(Shortfall.MOVED::equals).isPresent();
  }

  private LayerPass pass(
      Start from,
      OverlayAttributes attributes,
      Optional<ImageNames> image,
      Meter meter,
      LayerVisitor visitor)
      throws ErrnoException {
    LayerPass pass =
        new LayerPass(buffers, buffers.marks(attributes), image, meter, budget.depth(), visitor);
    pass.walk(from.open());
    // While a layer is removed its entries vanish one by one, which looks like a smaller layer.
    buffers.opener.release(from.open());
    return pass;
  }

  @Override
  public void close() {
    buffers.close();
  }
}
