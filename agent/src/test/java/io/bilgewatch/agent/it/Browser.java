package io.bilgewatch.agent.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/**
 * A headless Chromium with one page, driven by its DevTools protocol. It remembers all that the
 * page complained about and all that it asked for.
 */
final class Browser implements AutoCloseable, WebSocket.Listener {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MOST_HEIGHT = 2600;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger commands = new AtomicInteger();
  private final StringBuilder message = new StringBuilder();
  private WebSocket socket;
  private String hurrying = "";

  private Browser(Process process) {
    this.process = process;
  }

  /**
   * Where Chromium is not installed, skips; but not on CI.
   *
   * @param directory for its profile and log
   */
  static Browser start(Path directory) {
    if (!Promtool.isInstalled("chromium")) {
      Assumptions.abort("chromium is not installed");
    }
    try {
      Path profile = Files.createDirectories(directory.resolve("profile"));
      Browser browser = new Browser(chromium(profile, directory.resolve("chromium.log")));
      try {
        browser.connect(profile.resolve("DevToolsActivePort"));
      } catch (IOException | RuntimeException | AssertionError e) {
        browser.close();
        throw e;
      }
      return browser;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Without a sandbox, which root can't have; it sees pages of ours alone. */
  private static Process chromium(Path profile, Path log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                "chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-extensions",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("HOME", profile.toString());
    return builder.start();
  }

  private void connect(Path portFile) throws IOException, InterruptedException {
    Await.until("Chromium tells its port", START, () -> port(portFile) > 0);
    URI list = URI.create("http://127.0.0.1:%d/json/list".formatted(port(portFile)));
    Await.until("Chromium has a page", START, () -> !pages(list).isEmpty());
    URI page = URI.create(pages(list).getFirst());
    socket = client.newWebSocketBuilder().buildAsync(page, this).join();
    for (String domain : List.of("Page", "Runtime", "Network", "Log")) {
      command(domain + ".enable", Map.of());
    }
  }

  private static int port(Path file) {
    try {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      return lines.size() < 2 ? 0 : Integer.parseInt(lines.getFirst());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> pages(URI list) {
    try {
      String text =
          client.send(HttpRequest.newBuilder(list).build(), BodyHandlers.ofString()).body();
      List<String> pages = new ArrayList<>();
      JSON.readTree(text)
          .forEach(target -> {
            if (target.at("/type").asText().equals("page")) {
              pages.add(target.at("/webSocketDebuggerUrl").asText());
            }
          });
      return pages;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Goes there, and waits until everything is loaded. */
  void open(URI page) {
    command("Page.navigate", Map.of("url", page.toString()));
    await("loaded: " + page, "document.readyState == 'complete' && location.href != 'about:blank'");
  }

  /** What an expression comes to in the page; what it throws fails. */
  JsonNode evaluate(String expression) {
    JsonNode answer =
        command(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.at("/result/value");
  }

  String text(String expression) {
    return evaluate(expression).asText();
  }

  void await(String what, String condition) {
    Await.until(what, PATIENCE, () -> evaluate(condition).asBoolean());
  }

  /** A key as a person presses it. */
  void press(String key, int code) {
    for (String type : List.of("rawKeyDown", "char", "keyUp")) {
      if (!type.equals("char") || code == 13) {
        command(
            "Input.dispatchKeyEvent",
            Map.of(
                "type",
                type,
                "key",
                key,
                "code",
                key,
                "windowsVirtualKeyCode",
                code,
                "text",
                code == 13 && type.equals("char") ? "\r" : ""));
      }
    }
  }

  /** Text into the field that has the focus. */
  void type(String text) {
    command("Input.insertText", Map.of("text", text));
  }

  void viewport(int width, int height) {
    command(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  void dark(boolean on) {
    command(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", on ? "dark" : "light"))));
  }

  /** Whether pages may run scripts; counts from the next one that is opened. */
  void scripts(boolean on) {
    command("Emulation.setScriptExecutionDisabled", Map.of("value", !on));
  }

  /** Makes the timers of the next pages run so many times as fast; 1: as they should. */
  void hurry(int times) {
    if (!hurrying.isEmpty()) {
      command("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", hurrying));
    }
    String source =
        "{ const wait = setTimeout; window.setTimeout = (f, ms) => wait(f, ms / %d) }"
            .formatted(times);
    hurrying =
        command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", source))
            .path("identifier")
            .asText();
  }

  /** The page's beginning, some screens of it, as PNG. */
  void screenshot(Path file) {
    JsonNode size = command("Page.getLayoutMetrics", Map.of()).path("cssContentSize");
    Map<String, ?> part =
        Map.of(
            "x", 0,
            "y", 0,
            "width", size.path("width").asInt(),
            "height", Math.min(MOST_HEIGHT, size.path("height").asInt()),
            "scale", 1);
    JsonNode shot =
        command(
            "Page.captureScreenshot",
            Map.of("format", "png", "captureBeyondViewport", true, "clip", part));
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, Base64.getDecoder().decode(shot.at("/data").asText()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Errors and warnings of the console, exceptions, and what the policy did not allow. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** The addresses of all that was asked for. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  void forget() {
    complaints.clear();
    requests.clear();
  }

  JsonNode command(String method, Map<String, ?> parameters) {
    int id = commands.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
    command.set("params", JSON.valueToTree(parameters));
    socket.sendText(command.toString(), true).join();
    JsonNode said = answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    if (said.has("error")) {
      throw new AssertionError(method + ": " + said.get("error"));
    }
    return said.path("result");
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    message.append(data);
    if (last) {
      String whole = message.toString();
      message.setLength(0);
      try {
        take(JSON.readTree(whole));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    from.request(1);
    return null;
  }

  private void take(JsonNode told) {
    if (told.has("id")) {
      CompletableFuture<JsonNode> answer = waiting.remove(told.get("id").asInt());
      if (answer != null) {
        answer.complete(told);
      }
      return;
    }
    switch (told.path("method").asText()) {
      case "Network.requestWillBeSent" -> requests.add(told.at("/params/request/url").asText());
      case "Runtime.exceptionThrown" -> complaints.add(told.at("/params").toString());
      case "Runtime.consoleAPICalled" -> complaints.add(told.at("/params/args").toString());
      case "Log.entryAdded" -> {
        if (!told.at("/params/entry/level").asText().equals("verbose")) {
          complaints.add(told.at("/params/entry").toString());
        }
      }
      default -> {}
    }
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.abort();
    }
    client.close();
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(handle -> handle.onExit().join());
  }
}
