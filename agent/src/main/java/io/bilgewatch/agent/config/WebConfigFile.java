package io.bilgewatch.agent.config;

import io.bilgewatch.agent.config.WebConfig.BcryptHash;
import io.bilgewatch.agent.config.WebConfig.ClientAuth;
import io.bilgewatch.agent.config.WebConfig.Pem;
import io.bilgewatch.agent.config.WebConfig.RateLimit;
import io.bilgewatch.agent.config.WebConfig.Tls;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads a web configuration file, and says all that is wrong with it at once. */
public final class WebConfigFile {
  private static final Pattern BCRYPT = Pattern.compile("\\$2[abxy]\\$\\d\\d\\$[./A-Za-z0-9]{53}");
  private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e\\t]*");

  /** Of 2^n rounds: 4 is the least that there is, one of 14 takes a second or two. */
  private static final int LEAST_COST = 4;

  private static final int MOST_COST = 14;
  private static final String MAKE_HASH = "htpasswd -nBC 10 \"\" makes one";

  private static final String TLS = "tls_server_config";
  private static final String HTTP = "http_server_config";
  private static final String USERS = "basic_auth_users";
  private static final String RATE = "rate_limit";

  /** By the names of Go's crypto/tls, oldest first. */
  private static final List<String> VERSIONS = List.of("TLS12", "TLS13");

  private static final Map<String, String> PROTOCOLS =
      Map.of("TLS12", "TLSv1.2", "TLS13", "TLSv1.3");

  private static final List<String> TOO_OLD = List.of("TLS10", "TLS11");

  private static final Map<String, String> CURVES =
      Map.of(
          "CurveP256", "secp256r1",
          "CurveP384", "secp384r1",
          "CurveP521", "secp521r1",
          "X25519", "x25519");

  /** With the values that they take; any where there are none. */
  private static final Map<String, List<String>> HEADERS =
      Map.of(
          "Content-Security-Policy", List.of(),
          "Strict-Transport-Security", List.of(),
          "X-XSS-Protection", List.of(),
          "X-Content-Type-Options", List.of("nosniff"),
          "X-Frame-Options", List.of("deny", "sameorigin"));

  private final Path directory;
  private final List<Problem> problems = new ArrayList<>();
  private final YamlSection root;

  private WebConfigFile(Path file, String text) {
    directory = file.toAbsolutePath().getParent();
    root = YamlSection.of(file.toString(), text, problems);
  }

  /**
   * @throws ConfigurationException with everything that is wrong, a file that can't be read too
   */
  public static WebConfig read(Path file) throws ConfigurationException {
    try {
      return parse(file, TextFile.read(file));
    } catch (IOException e) {
      throw new ConfigurationException(List.of(new Problem(file.toString(), TextFile.reason(e))));
    }
  }

  /**
   * @param file for messages, and what the files that it names are next to
   */
  static WebConfig parse(Path file, String text) throws ConfigurationException {
    WebConfigFile reader = new WebConfigFile(file, text);
    WebConfig read = reader.config();
    if (!reader.problems.isEmpty()) {
      throw new ConfigurationException(reader.problems);
    }
    return read;
  }

  private WebConfig config() {
    root.knowsOnly(TLS, HTTP, USERS, RATE);
    if (root.names().isEmpty() && problems.isEmpty()) {
      root.problem("it says nothing, and would let everybody in: fill it or do not name it");
    }
    for (String name : List.of(TLS, USERS)) {
      if (root.isEmpty(name)) {
        root.problemAt(name, name + " is empty, and would let everybody in: fill it or remove it");
      }
    }
    return new WebConfig(
        root.section(TLS).flatMap(this::tls),
        root.section(HTTP).map(this::headers).orElse(Map.of()),
        root.section(USERS).map(this::users).orElse(Map.of()),
        root.section(RATE).flatMap(this::rateLimit));
  }

  private Optional<Tls> tls(YamlSection section) {
    section.knowsOnly(
        "cert",
        "cert_file",
        "key",
        "key_file",
        "client_ca",
        "client_ca_file",
        "client_auth_type",
        "client_allowed_sans",
        "min_version",
        "max_version",
        "cipher_suites",
        "prefer_server_cipher_suites",
        "curve_preferences");
    Optional<Pem> cert = pem(section, "cert");
    Optional<Pem> key = pem(section, "key");
    Optional<Pem> clientCa = pem(section, "client_ca");
    ClientAuth clientAuth = clientAuth(section);
    List<String> sans = section.texts("client_allowed_sans");
    if (cert.isEmpty() || key.isEmpty()) {
      section.problem("expects cert_file and key_file, in PEM");
    }
    if (clientAuth.isVerified() && clientCa.isEmpty()) {
      section.problem(
          "client_auth_type %s expects client_ca_file: whom clients must be signed by"
              .formatted(clientAuth.label()));
    }
    if (!clientAuth.isVerified() && clientCa.isPresent()) {
      section.problem(
          "client_ca_file has no effect without client_auth_type %s"
              .formatted(ClientAuth.REQUIRE_AND_VERIFY_CLIENT_CERT.label()));
    }
    if (clientAuth != ClientAuth.REQUIRE_AND_VERIFY_CLIENT_CERT && !sans.isEmpty()) {
      section.problem(
          "client_allowed_sans keeps nobody out without client_auth_type %s"
              .formatted(ClientAuth.REQUIRE_AND_VERIFY_CLIENT_CERT.label()));
    }
    List<String> protocols = protocols(section);
    List<String> suites = section.texts("cipher_suites");
    boolean preference = section.bool("prefer_server_cipher_suites", true);
    List<String> curves = chosen(section, "curve_preferences", CURVES);
    return cert.isEmpty() || key.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Tls(
                cert.get(),
                key.get(),
                clientAuth,
                clientCa,
                sans,
                protocols,
                suites,
                preference,
                curves));
  }

  private Optional<Pem> pem(YamlSection section, String name) {
    Optional<Pem> inline = section.text(name).map(Pem.Inline::new);
    Optional<Pem> inFile =
        section.text(name + "_file").flatMap(file -> inFile(section, name + "_file", file));
    if (inline.isPresent() && inFile.isPresent()) {
      section.problem("%1$s and %1$s_file say the same: remove one".formatted(name));
    }
    return inFile.or(() -> inline);
  }

  private Optional<Pem> inFile(YamlSection section, String key, String file) {
    try {
      return Optional.of(new Pem.InFile(directory.resolve(file)));
    } catch (InvalidPathException e) {
      section.problemAt(key, key + " expects the name of a file");
      return Optional.empty();
    }
  }

  private static ClientAuth clientAuth(YamlSection section) {
    String name = "client_auth_type";
    Map<String, ClientAuth> known =
        Stream.of(ClientAuth.values())
            .collect(Collectors.toMap(ClientAuth::label, Function.identity()));
    return section
        .text(name)
        .flatMap(text -> section.oneOf(name, text, known))
        .orElse(ClientAuth.NO_CLIENT_CERT);
  }

  private static List<String> protocols(YamlSection section) {
    int least = version(section, "min_version").orElse(0);
    int most = version(section, "max_version").orElse(VERSIONS.size() - 1);
    if (least > most) {
      section.problem("max_version is older than min_version");
      return List.of();
    }
    return VERSIONS.subList(least, most + 1).stream().map(PROTOCOLS::get).toList();
  }

  /** Its place in the order. */
  private static Optional<Integer> version(YamlSection section, String key) {
    Optional<String> text = section.text(key);
    if (text.filter(TOO_OLD::contains).isPresent()) {
      section.problemAt(
          key,
          "%s: TLS below 1.2 is not spoken here; %s is the oldest"
              .formatted(key, VERSIONS.getFirst()));
      return Optional.empty();
    }
    return text.filter(version -> section.oneOf(key, version, PROTOCOLS).isPresent())
        .map(VERSIONS::indexOf);
  }

  /** Java takes none twice. */
  private static List<String> chosen(YamlSection section, String key, Map<String, String> known) {
    return section.texts(key).stream()
        .distinct()
        .flatMap(text -> section.oneOf(key, text, known).stream())
        .toList();
  }

  /** HTTP/2 is not spoken: every client that offers it speaks HTTP/1.1 too. */
  private Map<String, String> headers(YamlSection http) {
    http.knowsOnly("http2", "headers");
    http.bool("http2", true);
    Map<String, String> headers = new LinkedHashMap<>();
    http.section("headers")
        .ifPresent(section -> {
          section.knowsOnly(HEADERS.keySet().toArray(String[]::new));
          for (String name : section.names()) {
            section
                .text(name)
                .filter(value -> isAllowed(section, name, value))
                .ifPresent(value -> headers.put(name, value));
          }
        });
    return headers;
  }

  private static boolean isAllowed(YamlSection section, String name, String value) {
    List<String> allowed = HEADERS.getOrDefault(name, List.of());
    boolean fits =
        allowed.isEmpty() ? HEADER_VALUE.matcher(value).matches() : allowed.contains(value);
    if (!fits) {
      section.problemAt(
          name,
          "%s expects %s"
              .formatted(
                  name, allowed.isEmpty() ? "one line of ASCII" : String.join(" or ", allowed)));
    }
    return fits;
  }

  private Map<String, BcryptHash> users(YamlSection section) {
    Map<String, BcryptHash> users = new LinkedHashMap<>();
    for (String name : section.names()) {
      if (name.isEmpty() || name.contains(":")) {
        section.problemAt(name, "a user's name must not be empty, and has no colon");
      }
      hash(section, name, section.text(name).orElse("")).ifPresent(hash -> users.put(name, hash));
    }
    return users;
  }

  /** The message must not tell it. */
  private static Optional<BcryptHash> hash(YamlSection section, String name, String text) {
    if (!BCRYPT.matcher(text).matches()) {
      section.problemAt(name, "a password is given as its bcrypt hash; " + MAKE_HASH);
      return Optional.empty();
    }
    BcryptHash hash = new BcryptHash(text);
    if (hash.cost() < LEAST_COST || hash.cost() > MOST_COST) {
      section.problemAt(
          name,
          "the cost of a hash must be %d to %d, since whoever asks makes us compute it; %s"
              .formatted(LEAST_COST, MOST_COST, MAKE_HASH));
      return Optional.empty();
    }
    return Optional.of(hash);
  }

  private Optional<RateLimit> rateLimit(YamlSection section) {
    section.knowsOnly("interval", "burst");
    var interval = section.value("interval", Kinds.duration(Duration.ZERO, Duration.ofHours(1)));
    var burst = section.value("burst", Kinds.count(1, 1_000_000));
    return interval
        .filter(time -> !time.isZero())
        .map(time -> new RateLimit(time, burst.orElse(1)));
  }
}
