package io.bilgewatch.libc;

import com.sun.jna.Memory;
import io.bilgewatch.kernel.KernelPath;

/**
 * {@link OpenHow#withoutLinks} for paths that are opened again and again: the memory that the call
 * wants is kept. Not for several threads.
 */
public final class LinkFreeOpener implements AutoCloseable {
  private static final int USUAL_PATH = 256;

  private Memory memory = new Memory(OpenHow.SIZE + USUAL_PATH);

  /**
   * @throws ErrnoException with ELOOP or ENOTDIR for a link, ENOENT for what is not there
   */
  public Fd open(Fd root, KernelPath path) throws ErrnoException {
    int needed = OpenHow.SIZE + path.length() + 1;
    if (needed > memory.size()) {
      memory.close();
      memory = new Memory(needed);
    }
    return OpenHow.withoutLinks(root, path, memory);
  }

  @Override
  public void close() {
    memory.close();
  }
}
