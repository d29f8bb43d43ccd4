package io.bilgewatch.docker;

import static io.bilgewatch.docker.Fixtures.bytes;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.Malformed;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is done to a document, it reads as a value or is malformed, and nothing else. */
final class DockerJsonFuzzTest {
  private static final int ROUNDS = 4000;

  @ParameterizedTest
  @ValueSource(
      strings = {"api-29-config.v2.json", "api-29-hostconfig.json", "store-20.10-inspect.json"})
  void everyTruncationIsMalformed(String name) {
    byte[] whole = bytes(name);
    int end = new String(whole, java.nio.charset.StandardCharsets.UTF_8).strip().length();
    for (int length = 0; length < end; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(Malformed.class, () -> DockerJson.containerState(name, cut));
      assertThrows(Malformed.class, () -> DockerJson.hostConfig(name, cut));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"api-29-config.v2.json", "api-29-hostconfig.json", "store-20.10-inspect.json"})
  void flippedBytesAreAValueOrMalformed(String name) {
    Random random = new Random(29);
    byte[] whole = bytes(name);
    int values = 0;
    int malformed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] changed = changed(whole, random);
      boolean state = isValue(() -> DockerJson.containerState(name, changed));
      boolean host = isValue(() -> DockerJson.hostConfig(name, changed));
      values += state ? 1 : 0;
      malformed += state && host ? 0 : 1;
    }
    assertTrue(values > 0 && malformed > 0, values + " values, " + malformed + " malformed");
  }

  private static byte[] changed(byte[] whole, Random random) {
    byte[] changed = whole.clone();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      int at = random.nextInt(changed.length);
      changed[at] =
          random.nextBoolean()
              ? (byte) (changed[at] ^ (1 << random.nextInt(8)))
              : (byte) "{}[],:\"\\0-e".charAt(random.nextInt(11));
    }
    return changed;
  }

  /** Reads a document. */
  @FunctionalInterface
  private interface Reader {
    Object read() throws Malformed;
  }

  private static boolean isValue(Reader reader) {
    try {
      return reader.read() != null;
    } catch (Malformed _) {
      return false;
    }
  }
}
