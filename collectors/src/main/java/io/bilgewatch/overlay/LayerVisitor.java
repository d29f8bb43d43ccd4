package io.bilgewatch.overlay;

/**
 * Is told of everything in a layer, in the order of a walk: a directory is entered, what is in it
 * is told, and it is left. Names are bytes that a container chose, and never a path.
 */
public interface LayerVisitor {
  /** Told nothing. */
  LayerVisitor NONE =
      new LayerVisitor() {
        @Override
        public void start() {}

        @Override
        public void enter(byte[] name, boolean ofTheImage, long changedNanos) {}

        @Override
        public void entry(byte[] name, LayerEntry entry) {}

        @Override
        public void leave() {}
      };

  /** A walk begins in the upperdir; what was told before is to be forgotten. */
  void start();

  /**
   * @param ofTheImage whether the image has this directory too, and it is not hidden; so too where
   *     neither the overlay's attributes nor the layers below can be read
   * @param changedNanos of its ctime, in nanoseconds since 1970
   */
  void enter(byte[] name, boolean ofTheImage, long changedNanos);

  /** What is no directory. */
  void entry(byte[] name, LayerEntry entry);

  /** The directory that was entered last and not left. */
  void leave();
}
