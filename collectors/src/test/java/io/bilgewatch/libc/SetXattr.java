package io.bilgewatch.libc;

import com.sun.jna.Function;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** lsetxattr(2), which only tests need. */
public final class SetXattr {
  private SetXattr() {}

  public static void set(Path file, String name, String value) throws IOException {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    Object[] arguments = {file.toString(), name, bytes, (long) bytes.length, 0};
    if (Function.getFunction("c", "lsetxattr").invokeInt(arguments) != 0) {
      throw new IOException("lsetxattr " + file + ": errno " + Native.getLastError());
    }
  }
}
