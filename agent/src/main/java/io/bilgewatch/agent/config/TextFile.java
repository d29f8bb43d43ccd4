package io.bilgewatch.agent.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file that somebody wrote for us. */
public final class TextFile {
  private TextFile() {}

  public static String read(Path file) throws IOException {
    if (!Files.isRegularFile(file) && Files.exists(file)) {
      throw new IOException("not a regular file");
    }
    if (Files.size(file) > YamlNodes.MAX_CHARACTERS) {
      throw new IOException("larger than %d bytes".formatted(YamlNodes.MAX_CHARACTERS));
    }
    return Files.readString(file);
  }

  /** Why it can't be read, for people. */
  public static String reason(IOException error) {
    return switch (error) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "permission denied";
      case CharacterCodingException _ -> "not UTF-8";
      default -> "can't be read: " + error.getMessage();
    };
  }
}
