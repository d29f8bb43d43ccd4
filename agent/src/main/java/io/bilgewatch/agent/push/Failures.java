package io.bilgewatch.agent.push;

import io.bilgewatch.agent.push.Wire.Answer;
import io.bilgewatch.agent.text.Visible;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;

/** What Java's HTTP client throws, in words that say what to do. */
final class Failures {
  private static final String UNTRUSTED = "unable to find valid certification path";
  private static final String OTHER_NAME = "No subject alternative";
  private static final String ENDLESS = "body exceeds capacity: ";

  private Failures() {}

  static Answer of(Throwable error) {
    return switch (error) {
      case HttpConnectTimeoutException _ ->
          unsent("it can't be reached: no connection comes about in time");
      case ConnectException e when isUnresolved(e) -> unsent("its host name can't be resolved");
      case ConnectException _ -> unsent("it can't be reached: the connection is refused");
      case SSLException e -> unsent(tls(e));
      default -> new Answer.Failed(broken(told(error)), true);
    };
  }

  private static String broken(String told) {
    return told.startsWith(ENDLESS)
        ? "it answers with more than %s bytes".formatted(told.substring(ENDLESS.length()))
        : "the connection broke: " + Visible.of(told);
  }

  private static Answer unsent(String reason) {
    return new Answer.Failed(reason, false);
  }

  private static boolean isUnresolved(Throwable error) {
    return error instanceof UnresolvedAddressException
        || (error.getCause() != null && isUnresolved(error.getCause()));
  }

  private static String tls(SSLException error) {
    String told = told(error);
    if (told.contains(UNTRUSTED)) {
      return "its certificate is signed by nobody that we trust;"
          + " name who signed it in alertmanager.tls.ca-file";
    }
    return told.contains(OTHER_NAME)
        ? "its certificate is for another name (" + Visible.of(told) + ")"
        : "no TLS connection comes about: " + Visible.of(told);
  }

  private static String told(Throwable error) {
    return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
  }
}
