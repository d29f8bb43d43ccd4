package io.bilgewatch.agent.it;

import io.bilgewatch.agent.Agent;
import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.config.ConfigurationReader;
import io.bilgewatch.agent.config.Given;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** The whole agent, in this JVM, on a port of the kernel's choice. */
public final class TestAgent implements AutoCloseable {
  private final Agent agent;
  private final URI base;

  private TestAgent(Agent agent) {
    this.agent = agent;
    this.base = URI.create("http://127.0.0.1:" + agent.address().getPort());
  }

  /** With walks each second, whatever they cost. */
  public static TestAgent watching(Path dataRoot) {
    return with(
        Map.of(
            "docker.data-roots", dataRoot.toString(),
            "walk.interval", "1s",
            "walk.min-interval", "1s",
            "walk.read-interval", "1s",
            "walk.cpu-share", "1",
            "mounts.interval", "1s"));
  }

  public static TestAgent with(Map<String, String> settings) {
    List<Given> given = new ArrayList<>();
    given.add(Given.option("--web.listen-address", "web.listen-address", "127.0.0.1:0"));
    settings.forEach((key, value) ->
        given.add(
            key.equals("docker.data-roots")
                ? Given.option("--" + key, key, List.of(value))
                : Given.option("--" + key, key, value)));
    try {
      Configuration configuration = ConfigurationReader.read(given);
      return new TestAgent(Agent.start(configuration));
    } catch (ConfigurationException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI uri(String path) {
    return base.resolve(path);
  }

  public Scrape scrape() {
    return Scrape.of(uri("/metrics"));
  }

  /** The first scrape of which something is true. */
  public Scrape scrapeWhen(String what, Predicate<Scrape> condition) {
    AtomicReference<Scrape> last = new AtomicReference<>();
    Await.until(
        what,
        Duration.ofSeconds(60),
        () -> {
          last.set(scrape());
          return condition.test(last.get());
        });
    return last.get();
  }

  @Override
  public void close() {
    agent.close();
  }
}
