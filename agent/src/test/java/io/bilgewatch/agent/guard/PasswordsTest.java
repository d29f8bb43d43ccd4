package io.bilgewatch.agent.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.config.WebConfig.BcryptHash;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hashes are of crypt(3) of libxcrypt. */
class PasswordsTest {
  private static final String HORSE =
      "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";

  @ParameterizedTest
  @CsvSource({
    "$2a$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e, correct horse",
    "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e, correct horse",
    "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e, correct horse",
    "$2y$05$Zbcdefghijklmnopqrstuuxpm562DBP2UfSOK/Lw0U1OdatLCwWzK, schön",
    "$2b$04$ZbcdefghijklmnopqrstuuYrrzEP8IvIg.5CsZp/UFdygH.8G4d5a, "
        + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  })
  void aHashOfWhateverKindIsOfItsPassword(String hash, String password) {
    Passwords passwords = of(hash);
    assertTrue(passwords.check(claim("a:" + password)));
    assertFalse(passwords.check(claim("a:y" + password.substring(1))));
    assertFalse(passwords.check(claim("a:")));
    assertFalse(passwords.check(claim("b:" + password)));
  }

  @Test
  void whoWasRightOnceIsKnown() {
    Passwords passwords = of(HORSE);
    assertFalse(passwords.isAdmitted(claim("a:correct horse")));
    assertTrue(passwords.check(claim("a:correct horse")));
    assertTrue(passwords.isAdmitted(claim("a:correct horse")));
    assertFalse(passwords.check(claim("a:wrong horse")));
    assertFalse(passwords.isAdmitted(claim("a:wrong horse")));
    assertFalse(passwords.isAdmitted(claim("a:correct hors")));
    assertFalse(passwords.isAdmitted(claim("a:correct horsee")));
  }

  @Test
  void aColonIsPartOfThePassword() {
    assertTrue(
        of("$2y$10$Zbcdefghijklmnopqrstuu3/MwAfTPRJ.mcdUWjqQizVVol041FiK")
            .check(claim("a:s3cret")));
    assertFalse(of(HORSE).check(claim("a:x:correct horse")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Basic", "Basic ", "Basic !!!", "Basic YWJj", "Bearer YTpi", "YTpi"})
  void whatIsNoneSaysNothing(String authorization) {
    assertEquals(Optional.empty(), Passwords.claim(authorization));
  }

  @Test
  void whoWasRightIsKnownBehindAChangeThatIsNotHis() {
    Passwords before = of(HORSE);
    assertTrue(before.check(claim("a:correct horse")));
    Passwords same =
        new Passwords(Map.of("a", new BcryptHash(HORSE), "b", new BcryptHash(HORSE)), before);
    assertTrue(same.isAdmitted(claim("a:correct horse")));
    assertFalse(same.isAdmitted(claim("b:correct horse")));
    Passwords other =
        new Passwords(Map.of("a", new BcryptHash(HORSE.replace("$2y$", "$2b$"))), same);
    assertFalse(other.isAdmitted(claim("a:correct horse")));
    assertFalse(new Passwords(Map.of(), same).isAdmitted(claim("a:correct horse")));
  }

  private static Passwords of(String hash) {
    return new Passwords(Map.of("a", new BcryptHash(hash)), Passwords.NONE);
  }

  private static Passwords.Claim claim(String both) {
    return Passwords.claim(
            "bAsIc " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)))
        .orElseThrow();
  }
}
