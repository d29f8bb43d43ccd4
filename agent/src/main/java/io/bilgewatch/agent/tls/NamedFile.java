package io.bilgewatch.agent.tls;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What to say of a file that the configuration names and that can't be read. */
public final class NamedFile {
  private NamedFile() {}

  public static String unreadable(String key, Path file, IOException error) {
    String why =
        switch (error) {
          case NoSuchFileException _ -> "there is no such file; create it or correct the path";
          case AccessDeniedException _ -> "permission denied; let the agent's user read it";
          default -> "it can't be read: " + error.getMessage();
        };
    return "%s: %s: %s".formatted(key, file, why);
  }
}
