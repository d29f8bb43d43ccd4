package io.bilgewatch.agent.config;

import io.bilgewatch.agent.config.Kind.Several;
import io.bilgewatch.agent.config.Kind.Single;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds of values that the keys take. */
final class Kinds {
  private static final Pattern COUNT = Pattern.compile("\\d{1,3}(?:_?\\d{3}){0,4}|\\d{1,15}");
  private static final Pattern BYTES = Pattern.compile("(\\d{1,12})(|KiB|MiB|GiB|TiB)");
  private static final Pattern CONTAINER_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,200}");
  private static final Pattern WORD = Pattern.compile("[^\\s\\p{Cntrl}]{1,255}");
  private static final Pattern USER = Pattern.compile("[^:\\p{Cntrl}]{1,255}");
  private static final Pattern FRACTION = Pattern.compile("\\d{0,3}\\.?\\d{1,9}");

  private Kinds() {}

  static Single<ListenAddress> listenAddress() {
    return new Single<>(
        "an address such as 127.0.0.1:10058, [::1]:10058 or :10058 (all interfaces)",
        ListenAddress::parse,
        ListenAddress::toString);
  }

  /** {@code 500ms}, {@code 1s}, {@code 10m}, {@code 2h}. */
  static Single<Duration> duration(Duration least, Duration most) {
    return new Single<>(
        "a duration with its unit (ms, s, m, h), %s to %s"
            .formatted(DurationText.show(least), DurationText.show(most)),
        text -> within(DurationText.parse(text), least, most),
        DurationText::show);
  }

  /** A whole number; {@code 5_000_000} is {@code 5000000}. */
  static Single<Integer> count(int least, int most) {
    return new Single<>(
        "a whole number, %d to %d".formatted(least, most),
        text -> within(parseCount(text), (long) least, (long) most).intValue(),
        String::valueOf);
  }

  /** Above 0, at most 1. */
  static Single<Double> share() {
    return new Single<>("a number above 0 and at most 1", Kinds::parseShare, Kinds::showDecimal);
  }

  /** {@code 4096}, {@code 100KiB}, {@code 5GiB}; in bytes. */
  static Single<Double> bytes() {
    return new Single<>(
        "a number of bytes such as 4096, 100KiB, 64MiB or 5GiB",
        Kinds::parseBytes,
        Kinds::showBytes);
  }

  /** From 0 on; more than 1 where it is a ratio of two things. */
  static Single<Double> ratio() {
    return new Single<>("a number from 0 to 1000", Kinds::parseRatio, Kinds::showDecimal);
  }

  /** A duration, in seconds. */
  static Single<Double> seconds() {
    Single<Duration> duration = duration(Duration.ofSeconds(1), Duration.ofDays(365));
    return new Single<>(
        duration.expects(),
        text -> duration.reader().apply(text).toMillis() / 1e3,
        value -> DurationText.show(Duration.ofMillis(Math.round(value * 1e3))));
  }

  /** A whole number that is compared with. */
  static Single<Double> wholeNumber() {
    return new Single<>(
        "a whole number, 0 to 1000000000",
        text -> (double) within(parseCount(text), 0L, 1_000_000_000L),
        Kinds::showDecimal);
  }

  /** Words, each a container's name. */
  static Single<String> containerName() {
    return new Single<>("a container's name", Kinds::parseContainerName, name -> name);
  }

  /** An http or https address that need not be set. */
  static Single<Optional<URI>> httpUrlIfAny() {
    return new Single<>(
        "an http or https URL without a password",
        text -> Optional.of(parseUrl(text)),
        url -> url.map(URI::toString).orElse(NONE));
  }

  static Single<Path> directory() {
    return new Single<>("an absolute path", Kinds::parsePath, Path::toString);
  }

  /** A directory that need not be set. */
  static Single<Optional<Path>> directoryIfAny() {
    return new Single<>(
        "an absolute path",
        text -> Optional.of(parsePath(text)),
        path -> path.map(Path::toString).orElse(NONE));
  }

  /** A file that need not be set. */
  static Single<Optional<Path>> fileIfAny() {
    return directoryIfAny();
  }

  /** What an API's path is put behind. */
  static Single<URI> baseUrl() {
    return new Single<>(
        "an http or https URL without password, query and fragment",
        Kinds::parseBaseUrl,
        URI::toString);
  }

  /** Text without blanks that need not be set. */
  static Single<Optional<String>> wordIfAny() {
    return textIfAny("text without blanks, at most 255 characters", WORD);
  }

  /** A user's name, in which basic authentication allows no colon. */
  static Single<Optional<String>> userIfAny() {
    return textIfAny("a name without colon, at most 255 characters", USER);
  }

  static Single<ExternalLabel> externalLabel() {
    return new Single<>(
        "name=value, such as datacenter=east, and no label that alerts have of their own",
        ExternalLabel::parse,
        ExternalLabel::toString);
  }

  static <E extends Enum<E>> Single<E> oneOf(Class<E> type) {
    Function<E, String> name = value -> value.name().toLowerCase(Locale.ROOT);
    E[] all = type.getEnumConstants();
    String names = Arrays.stream(all).map(name).collect(Collectors.joining(", "));
    return new Single<>("one of " + names, text -> choose(all, name, text), name);
  }

  static <T> Several<T> several(Single<T> item) {
    return new Several<>(item);
  }

  /** What is shown where nothing is set. */
  static final String NONE = "(none)";

  private static Long parseCount(String text) {
    if (!COUNT.matcher(text).matches()) {
      throw new IllegalArgumentException(text);
    }
    return Long.valueOf(text.replace("_", ""));
  }

  private static Double parseBytes(String text) {
    Matcher matcher = BYTES.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    int power = List.of("", "KiB", "MiB", "GiB", "TiB").indexOf(matcher.group(2));
    return Long.parseLong(matcher.group(1)) * Math.pow(1024, power);
  }

  private static String showBytes(double value) {
    List<String> units = List.of("", "KiB", "MiB", "GiB", "TiB");
    int unit = 0;
    double left = value;
    while (left >= 1024 && left % 1024 == 0 && unit < units.size() - 1) {
      left /= 1024;
      unit++;
    }
    return showDecimal(left) + units.get(unit);
  }

  private static Double parseRatio(String text) {
    if (!FRACTION.matcher(text).matches()) {
      throw new IllegalArgumentException(text);
    }
    return within(Double.valueOf(text), 0.0, 1000.0);
  }

  private static String parseContainerName(String text) {
    if (!CONTAINER_NAME.matcher(text).matches()) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static Double parseShare(String text) {
    if (!FRACTION.matcher(text).matches()) {
      throw new IllegalArgumentException(text);
    }
    double value = Double.parseDouble(text);
    if (value <= 0 || value > 1) {
      throw new IllegalArgumentException(text);
    }
    return value;
  }

  private static String showDecimal(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static Path parsePath(String text) {
    Path path = Path.of(text);
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException(text);
    }
    return path.normalize();
  }

  private static URI parseUrl(String text) {
    URI url = URI.create(text);
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http || url.getHost() == null || url.getRawUserInfo() != null) {
      throw new IllegalArgumentException(text);
    }
    return url;
  }

  private static URI parseBaseUrl(String text) {
    URI url = parseUrl(text.replaceFirst("/+$", ""));
    boolean more = url.getRawQuery() != null || url.getRawFragment() != null;
    if (more || url.getPort() == 0 || url.getPort() > 65_535) {
      throw new IllegalArgumentException(text);
    }
    return url;
  }

  private static Single<Optional<String>> textIfAny(String expects, Pattern form) {
    return new Single<>(
        expects, text -> Optional.of(matching(form, text)), text -> text.orElse(NONE));
  }

  private static String matching(Pattern form, String text) {
    if (!form.matcher(text).matches()) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static <E> E choose(E[] all, Function<E, String> name, String text) {
    return Arrays.stream(all)
        .filter(value -> name.apply(value).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(text));
  }

  private static <C extends Comparable<C>> C within(C value, C least, C most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(value.toString());
    }
    return value;
  }
}
