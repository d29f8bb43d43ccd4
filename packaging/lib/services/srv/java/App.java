import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps an upload for a moment and a page in its cache, as many services do. */
public final class App {
  private App() {}

  public static void main(String[] arguments) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 8000), 0);
    server.createContext("/", App::answer);
    server.start();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Path upload = Files.createTempFile("upload", ".part");
      Files.write(upload, new byte[200_000]);
      Files.delete(upload);
      Path cache = Path.of(System.getProperty("user.home"), ".cache", "pages");
      Files.createDirectories(cache);
      Files.writeString(cache.resolve("index"), "page");
      exchange.sendResponseHeaders(200, 3);
      exchange.getResponseBody().write("ok\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      System.err.println(e);
      exchange.sendResponseHeaders(500, -1);
    }
  }
}
