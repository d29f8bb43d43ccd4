package io.bilgewatch.agent.guard;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import io.bilgewatch.agent.config.WebConfig.BcryptHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The users and the hashes of their passwords. To compute a hash takes a tenth of a second on
 * purpose, so who was right once is known again by another, quick one, which only this process can
 * make. A wrong name takes as long as a wrong password.
 */
final class Passwords {
  private static final String MAC = "HmacSHA256";
  private static final String BASIC = "basic ";
  private static final int MOST_ADMITTED = 1_024;

  /** Nobody is asked. */
  static final Passwords NONE = new Passwords();

  private final Map<String, BcryptHash> users;
  private final BcryptHash nobodys;
  private final Duration dearest;
  private final SecretKeySpec secret;
  private final Map<ByteBuffer, String> admitted =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, String> eldest) {
          return size() > MOST_ADMITTED;
        }
      };

  /** What a client says who it is. */
  static final class Claim {
    private final String user;
    private final byte[] password;

    private Claim(String user, byte[] password) {
      this.user = user;
      this.password = password;
    }
  }

  private Passwords() {
    users = Map.of();
    nobodys = new BcryptHash("");
    dearest = Duration.ZERO;
    secret = secret();
  }

  /**
   * @param before who was right there is known here, where the hash is the same
   */
  Passwords(Map<String, BcryptHash> users, Passwords before) {
    this.users = Map.copyOf(users);
    this.secret = before.secret;
    long began = System.nanoTime();
    // As dear as the dearest one, and of no password.
    this.nobodys =
        users.values().stream()
            .max(Comparator.comparingInt(BcryptHash::cost))
            .map(Passwords::unmatched)
            .orElse(new BcryptHash(""));
    this.dearest = Duration.ofNanos(System.nanoTime() - began);
    synchronized (before.admitted) {
      before.admitted.forEach((digest, user) -> {
        if (users.containsKey(user) && users.get(user).equals(before.users.get(user))) {
          admitted.put(digest, user);
        }
      });
    }
  }

  /** How long the dearest of the hashes took to compute, by the first time. */
  Duration dearest() {
    return dearest;
  }

  private static BcryptHash unmatched(BcryptHash like) {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    byte[] made = BCrypt.withDefaults().hash(like.cost(), random);
    return new BcryptHash(new String(made, StandardCharsets.US_ASCII));
  }

  boolean areAsked() {
    return !users.isEmpty();
  }

  /** Of a request's header (RFC 7617); empty where it is none of that scheme. */
  static Optional<Claim> claim(String authorization) {
    if (!authorization.toLowerCase(Locale.ROOT).startsWith(BASIC)) {
      return Optional.empty();
    }
    try {
      byte[] both = Base64.getDecoder().decode(authorization.substring(BASIC.length()).strip());
      int colon = 0;
      while (colon < both.length && both[colon] != ':') {
        colon++;
      }
      return colon == both.length
          ? Optional.empty()
          : Optional.of(
              new Claim(
                  new String(both, 0, colon, StandardCharsets.UTF_8),
                  Arrays.copyOfRange(both, colon + 1, both.length)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** Whether the same was found right before. Takes microseconds. */
  boolean isAdmitted(Claim claim) {
    ByteBuffer digest = digest(claim);
    synchronized (admitted) {
      return admitted.get(digest) != null;
    }
  }

  /** Takes as long as the dearest hash. */
  boolean check(Claim claim) {
    BcryptHash hash = users.getOrDefault(claim.user, nobodys);
    boolean right =
        BCrypt.verifyer(null, LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2B))
                .verify(claim.password, hash.text().getBytes(StandardCharsets.US_ASCII))
                .verified
            && users.containsKey(claim.user);
    if (right) {
      synchronized (admitted) {
        admitted.put(digest(claim), claim.user);
      }
    }
    return right;
  }

  /** By a secret key: nobody who measures time can learn anything of what is looked up by it. */
  private ByteBuffer digest(Claim claim) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(secret);
      mac.update(claim.user.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) ':');
      return ByteBuffer.wrap(mac.doFinal(claim.password));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(MAC + " is in every Java", e);
    }
  }

  private static SecretKeySpec secret() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return new SecretKeySpec(key, MAC);
  }
}
