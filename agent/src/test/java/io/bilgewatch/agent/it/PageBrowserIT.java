package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.config.ListenAddress;
import io.bilgewatch.agent.guard.Guard;
import io.bilgewatch.agent.web.HttpServer;
import io.bilgewatch.agent.web.Limits;
import io.bilgewatch.agent.web.Route;
import io.bilgewatch.agent.web.Routes;
import io.bilgewatch.agent.web.page.MadePages;
import io.bilgewatch.engine.PrivateEngine;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The page as a person has it: in a browser, with and without scripts, by keyboard, at night. */
class PageBrowserIT {
  private static final String ROWS =
      "[...document.querySelectorAll('.fleet .name')].map(name => name.textContent).join(' ')";

  private static final String SCRIPT = "<script>document.title=origin</script>";
  private static final String IMAGE = "<img src=x onerror=document.title=origin>";
  private static final int ENTER = 13;
  private static final int TAB = 9;

  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  @TempDir static Path directory;

  private static TestAgent agent;
  private static Browser browser;

  @BeforeAll
  static void start() {
    ENGINE.idle("page-web", "--read-only", "--tmpfs=/tmp:size=8m");
    ENGINE.run(
        "page-hoard",
        List.of("--memory=64m", "--tmpfs=/scratch:size=512m"),
        "sh",
        "-c",
        "mkdir -p '/srv/%s'; dd if=/dev/zero of='/srv/%s/f' bs=1M count=3;".formatted(IMAGE, IMAGE)
            + " while :; do echo \"touch: /srv/%s/x: Read-only file system\"; sleep 1; done"
                .formatted(SCRIPT));
    agent = TestAgent.watching(ENGINE.dataRoot());
    agent.scrapeWhen(
        "both are measured and a failed write is known",
        scrape ->
            scrape.of("bilgewatch_writable_layer_bytes", "page-hoard").orElse(0) > 3e6
                && scrape.of("bilgewatch_writable_layer_bytes", "page-web").isPresent()
                && scrape
                    .text()
                    .contains("bilgewatch_write_failures_total{container=\"page-hoard"));
    browser = Browser.start(directory);
  }

  @AfterAll
  static void stop() {
    Stream.of(browser, agent).filter(one -> one != null).forEach(one -> close(one));
  }

  private static void close(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void aDesktopByDay() {
    browser.scripts(true);
    browser.hurry(1);
    browser.viewport(1280, 900);
    browser.dark(false);
    browser.forget();
  }

  /** Whatever a test does, the page complains about nothing, and asks nobody else for anything. */
  @AfterEach
  void nothingWentWrong() {
    assertEquals(List.of(), browser.complaints());
    List<String> elsewhere =
        browser.requests().stream()
            .filter(address -> !address.startsWith("http://127.0.0.1:"))
            .filter(address -> !address.startsWith("data:image/svg+xml,"))
            .toList();
    assertEquals(List.of(), elsewhere);
    assertFalse(browser.text("document.title").contains("127.0.0.1"), "a script of a container's");
  }

  private static void open(String path) {
    browser.open(agent.uri(path));
  }

  private static String rows() {
    return browser.text(ROWS);
  }

  @Test
  void isSortedByItsHeads() {
    open("/?q=page-");
    assertEquals("page-hoard page-web", rows(), "who can be killed comes first");
    browser.evaluate("document.querySelector('th a[href*=\"sort=name\"]').focus()");
    browser.press("Enter", ENTER);
    browser.await("sorted by name", "location.search.includes('sort=name')");
    browser.await("a head says so", "!!document.querySelector('th[aria-sort=ascending]')");
    browser.press("Enter", ENTER);
    browser.await("turned", ROWS + " == 'page-web page-hoard'");
    assertEquals("descending", browser.text("document.querySelector('[aria-sort]').ariaSort"));
    assertEquals(
        "Container ▼",
        browser.text("document.activeElement.textContent.trim()"),
        "the focus stays where it is");
    browser.evaluate("history.back()");
    browser.await("back again", ROWS + " == 'page-hoard page-web'");
    assertEquals(1, browser.requests().stream().filter(this::isWhole).count(), "never reloaded");
  }

  /** Requests of a page and not of its script can't be told apart by their address alone. */
  private boolean isWhole(String address) {
    return address.endsWith("/?q=page-");
  }

  @Test
  void isSortedAndFilteredWithoutScripts() {
    browser.scripts(false);
    open("/");
    assertEquals(
        "none", browser.text("getComputedStyle(document.getElementById('pause')).display"));
    browser.evaluate("document.getElementById('q').focus()");
    browser.type("page-");
    browser.press("Enter", ENTER);
    browser.await("filtered", "location.search.startsWith('?q=page-')");
    browser.await("loaded", "document.querySelectorAll('.fleet .name').length == 2");
    browser.evaluate("document.querySelector('th a[href*=\"sort=name\"]').focus()");
    browser.press("Enter", ENTER);
    browser.await("sorted", "location.search.includes('sort=name')");
    browser.await("loaded", ROWS + " == 'page-hoard page-web'");
    assertEquals("page-", browser.text("document.getElementById('q').value"), "and still filtered");
    assertEquals(
        "15", browser.text("document.querySelector('noscript meta[http-equiv=refresh]')?.content"));
  }

  @Test
  void filtersWhileOneTypes() {
    open("/");
    browser.evaluate("document.getElementById('q').focus()");
    browser.type("page-h");
    browser.await("filtered", ROWS + " == 'page-hoard'");
    assertEquals("?q=page-h", browser.text("location.search"));
    assertEquals("q", browser.text("document.activeElement.id"));
    browser.type("oard-is-not-there");
    browser.await("none", "document.querySelector('.empty')?.textContent.startsWith('None of')");
    browser.evaluate(
        "(() => { const s = document.querySelector('[name=state]'); q.value = ''; s.value = 'sealed';"
            + " s.dispatchEvent(new Event('input', {bubbles: true})); })()");
    browser.await("by state", ROWS + ".split(' ').includes('page-web')");
    assertEquals("?state=sealed", browser.text("location.search"));
  }

  @Test
  void aContainerThatStartsAppearsAndNothingElseMoves() {
    browser.hurry(3);
    open("/?q=page-");
    browser.evaluate("window.sameDocument = true");
    browser.evaluate("document.querySelector('#all-collectors').open = true");
    browser.evaluate("document.getElementById('q').focus()");
    browser.evaluate("document.getElementById('q').setSelectionRange(1, 3)");
    browser.evaluate("scrollTo(0, 120)");
    ENGINE.idle("page-late");
    browser.await("it appears", ROWS + ".split(' ').includes('page-late')");
    assertTrue(browser.evaluate("window.sameDocument").asBoolean(), "without a reload");
    assertTrue(browser.evaluate("document.querySelector('#all-collectors').open").asBoolean());
    assertEquals("q", browser.text("document.activeElement.id"));
    assertEquals("1 3", browser.text("q.selectionStart + ' ' + q.selectionEnd"));
    assertEquals("120", browser.text("Math.round(scrollY)"));
    ENGINE.docker("rm", "--force", "page-late");
    browser.await("it goes", "!" + ROWS + ".split(' ').includes('page-late')");
  }

  @Test
  void pausesOnDemandAndWhenNobodyLooks() throws InterruptedException {
    browser.hurry(5);
    open("/?q=page-web");
    browser.evaluate("document.getElementById('pause').click()");
    browser.await("it says so", "beat.textContent.startsWith('Paused')");
    browser.forget();
    Thread.sleep(2000);
    assertEquals(List.of(), browser.requests());
    browser.evaluate("document.getElementById('pause').click()");
    browser.await("it goes on", "beat.textContent.startsWith('Live')");
    assertEquals(1, browser.requests().size());
    browser.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
            + "document.dispatchEvent(new Event('visibilitychange'))");
    browser.forget();
    Thread.sleep(2000);
    assertEquals(List.of(), browser.requests());
    browser.evaluate(
        "delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))");
    browser.await("at once", "beat.textContent == 'Live. Updated 0 s ago'");
  }

  @Test
  void aContainerHasAPageOfItsOwn() {
    open("/?q=page-hoard");
    browser.evaluate("document.querySelector('.fleet .name').focus()");
    browser.press("Enter", ENTER);
    browser.await("its page", "location.pathname == '/containers/page-hoard'");
    browser.await("loaded", "document.querySelector('h1')?.textContent == 'page-hoard'");
    String text = browser.text("document.querySelector('main').innerText");
    assertTrue(text.contains("Filling it ends in an OOM kill."), text);
    assertTrue(text.contains(IMAGE), "the directory's name is text: " + text);
    assertTrue(text.contains("/scratch"), text);
    assertTrue(text.contains("rootfs_readonly"), text);
    assertTrue(text.contains("Read-only") || text.contains("EROFS"), text);
    browser.await("a line", "!!document.querySelector('svg.spark[role=img] desc')?.textContent");
    String description = browser.text("document.querySelector('svg.spark desc').textContent");
    assertTrue(description.startsWith("From "), description);
    assertEquals(
        "Home",
        browser.text("document.querySelector('main a[href=\"/\"]') ? 'Home' : 'no way back'"));
  }

  @Test
  void oneThatIsGoneSaysSo() {
    ENGINE.idle("page-short");
    String id = ENGINE.docker("inspect", "-f", "{{.Id}}", "page-short");
    Await.until(
        "seen",
        Duration.ofSeconds(20),
        () -> Scrape.of(agent.uri("/metrics")).text().contains("page-short"));
    open("/containers/" + id.substring(0, 12));
    assertEquals("page-short", browser.text("document.querySelector('h1').textContent"));
    ENGINE.docker("rm", "--force", "page-short");
    browser.await("it is gone", "document.querySelector('h1').textContent == 'Nothing to see'");
    assertEquals("/", browser.text("document.querySelector('main a').getAttribute('href')"));
    // A 404 is an answer here, and Chromium's console tells of each.
    assertTrue(browser.complaints().stream().allMatch(one -> one.contains("404")));
    browser.forget();
  }

  @Test
  void hostileNamesAreText() throws Exception {
    StateFiles files = new StateFiles(directory.resolve("hostile"));
    String script = files.add(SCRIPT, IMAGE);
    files.add("../../..", "dots");
    files.add("a/b?c#d%2e\"'&amp;", "marks");
    files.add("\u202etxt.exe\u0000\n", "turned");
    files.add("x".repeat(5000), "long");
    for (int i = 0; i < 195; i++) {
      files.add("many-" + i, "image-" + i % 7);
    }
    try (TestAgent hostile = TestAgent.watching(directory.resolve("hostile"))) {
      hostile.scrapeWhen("all are seen", s -> s.text().contains("many-194"));
      browser.open(hostile.uri("/?show=all"));
      assertEquals("200", browser.text("document.querySelectorAll('.fleet .name').length"));
      assertTrue(rows().contains(SCRIPT), PageBrowserIT::rows);
      assertEquals("1", browser.text("document.scripts.length"), "its own");
      assertEquals("0", browser.text("document.images.length"));
      assertNoSidewaysScroll(320);
      browser.viewport(1280, 900);
      List<String> links =
          List.of(
              browser
                  .text(
                      "[...document.querySelectorAll('.fleet .name')].map(a => a.href).join('\\n')")
                  .split("\n"));
      for (String link : links.stream().filter(address -> !address.contains("many-")).toList()) {
        assertTrue(link.matches(".*/containers/[0-9a-f]{64}"), link);
      }
      browser.open(hostile.uri("/containers/" + script));
      assertEquals(SCRIPT, browser.text("document.querySelector('h1').textContent"));
      assertNoSidewaysScroll(320);
      browser.open(hostile.uri("/containers/%3Cscript%3Ealert(1)%3C/script%3E"));
      assertEquals("1", browser.text("document.scripts.length"), "its own");
      browser.open(hostile.uri("/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&sort=%3Cb%3E"));
      assertEquals("1", browser.text("document.scripts.length"), "its own");
      assertEquals("\"><script>alert(1)</script>", browser.text("q.value"));
    }
    browser.complaints().forEach(one -> assertTrue(one.contains("404"), one));
    browser.forget();
  }

  private static void assertNoSidewaysScroll(int width) {
    browser.viewport(width, 640);
    assertTrue(
        browser
            .evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            .asBoolean(),
        () ->
            browser.text("location.href")
                + " is wider: "
                + browser.text(
                    "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + .5)"
                        + ".slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join('\\n')"));
  }

  @Test
  void whatHappenedMayTakeManyLinesAndItsBadgeTakesOne() {
    open("/");
    browser.viewport(1280, 900);
    browser.await("an event", "document.querySelector('.events .what') != null");
    String both =
        browser.text(
            """
            (() => {
              const what = document.querySelector('.events .what');
              what.textContent = 'many words '.repeat(60);
              const high = e => e.getBoundingClientRect().height;
              return (high(what) > 60) + ' ' + (high(what.parentElement.querySelector('.badge')) < 30);
            })()\
            """);
    assertEquals("true true", both);
  }

  @Test
  void fitsAPhoneAndALargeScreen() {
    for (String path : List.of("/", "/containers/page-hoard", "/runbooks/TmpfsOomRisk")) {
      open(path);
      assertNoSidewaysScroll(320);
      leavePicture(path + "-phone");
      assertNoSidewaysScroll(768);
      assertNoSidewaysScroll(1920);
    }
  }

  @Test
  void lightAndDarkDifferAndBothCanBeRead() {
    for (String path : List.of("/", "/containers/page-hoard", "/runbooks/TmpfsOomRisk")) {
      open(path);
      browser.dark(false);
      String light = browser.text("getComputedStyle(document.body).backgroundColor");
      assertContrast();
      leavePicture(path + "-light");
      browser.dark(true);
      assertNotEquals(light, browser.text("getComputedStyle(document.body).backgroundColor"));
      assertContrast();
      leavePicture(path + "-dark");
    }
  }

  private static HttpServer serve(Route landing) throws IOException {
    return HttpServer.start(
        ListenAddress.parse("127.0.0.1:0"),
        new Routes(Map.of("/", landing)),
        Limits.standard(),
        Guard.open());
  }

  @Test
  void newsIsSaidOnceAndTheFocusStaysWithItsContainer() throws Exception {
    AtomicBoolean sinking = new AtomicBoolean();
    browser.hurry(10);
    try (HttpServer made = serve(MadePages.sinking(sinking::get))) {
      browser.open(URI.create("http://127.0.0.1:" + made.address().getPort() + "/"));
      assertEquals("(1) Bilgewatch", browser.text("document.title"));
      assertEquals("grower sealed", rows());
      browser.evaluate("document.querySelector('.fleet .name[href$=grower]').focus()");
      sinking.set(true);
      browser.await("it comes first", ROWS + " == 'risky grower sealed'");
      assertEquals("grower", browser.text("document.activeElement.textContent"));
      assertEquals("(2) Bilgewatch", browser.text("document.title"));
      String said = browser.text("news.textContent");
      assertEquals("critical: risky: /cache grows 2.0 MiB/s; OOM kill in about 40s", said);
      browser.evaluate("news.textContent = 'heard'");
      int asked = browser.requests().size();
      Await.until("updates", Duration.ofSeconds(20), () -> browser.requests().size() > asked + 2);
      assertEquals("heard", browser.text("news.textContent"), "what is no news is not said");
      sinking.set(false);
      browser.await("it is over", "news.textContent.startsWith('Over: critical: risky')");
      assertEquals("grower sealed", rows());
    }
  }

  @Test
  void everyConditionCanBeReadAndVeryManyAreUsable() throws Exception {
    try (HttpServer made = serve(MadePages.of(500))) {
      URI page = URI.create("http://127.0.0.1:" + made.address().getPort() + "/");
      browser.open(page);
      assertEquals("100", browser.text("document.querySelectorAll('.fleet .name').length"));
      assertContrast();
      leavePicture("-of-500-light");
      browser.dark(true);
      assertContrast();
      leavePicture("-of-500-dark");
      for (int width : new int[] {1920, 1440, 1280, 1264, 1200, 1024, 768, 480, 320}) {
        assertNoSidewaysScroll(width);
      }
      leavePicture("-of-500-phone");
      browser.viewport(1280, 900);
      browser.evaluate("document.querySelector('a[href*=\"show=all\"]').click()");
      browser.await("all", "document.querySelectorAll('.fleet .name').length == 505");
      browser.evaluate("q.focus()");
      browser.type("search-49");
      browser.await("found", ROWS + ".startsWith('search-49')");
      assertEquals("?q=search-49&show=all", browser.text("location.search"));
    }
  }

  /** In {@code target/}, to be looked at. */
  private static void leavePicture(String name) {
    browser.screenshot(
        Path.of(System.getProperty("bilgewatch.root"), "agent", "target", "pictures")
            .resolve("page" + name.replace('/', '-') + ".png"));
  }

  /** 4.5 to 1 (WCAG AA) between each text and what is behind it. */
  private static void assertContrast() {
    String bad =
        browser.text(
            """
            (() => {
              const channel = c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
              const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
              const known = new Map();
              const paint = text => {
                canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
                return [...canvas.getImageData(0, 0, 1, 1).data];
              };
              const rgb = text => known.get(text) ?? known.set(text, paint(text)).get(text);
              const light = c => .2126 * channel(c[0]) + .7152 * channel(c[1]) + .0722 * channel(c[2]);
              const behind = e => {
                for (; e; e = e.parentElement) {
                  const c = rgb(getComputedStyle(e).backgroundColor);
                  if (c[3] === 255) return c;
                }
                return [255, 255, 255];
              };
              const found = new Set();
              for (const e of document.querySelectorAll('body *')) {
                if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
                if (!e.checkVisibility() || ['SCRIPT', 'OPTION'].includes(e.nodeName)) continue;
                const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
                const ratio = (a + .05) / (b + .05);
                if (ratio < 4.5) found.add(e.nodeName + '.' + e.className + ' ' + ratio.toFixed(2));
              }
              return [...found].join('; ');
            })()
            """);
    assertEquals("", bad);
  }

  @Test
  void isUsableByKeyboardAndByEar() {
    open("/");
    browser.press("Tab", TAB);
    assertEquals("skip", browser.text("document.activeElement.className"));
    assertTrue(
        browser.evaluate("document.activeElement.getBoundingClientRect().left >= 0").asBoolean());
    browser.press("Enter", ENTER);
    assertEquals("main", browser.text("document.activeElement.id"));
    for (String landmark : List.of("header", "main", "footer nav", "form[role=search]")) {
      assertEquals("1", browser.text("document.querySelectorAll('" + landmark + "').length"));
    }
    assertEquals(
        "",
        browser.text(
            "[...document.querySelectorAll('input,select')].filter(f => !f.labels.length).map(f => f.name).join()"));
    assertEquals(
        "",
        browser.text(
            "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) != i).join()"),
        "each id once");
    assertEquals(
        "polite", browser.text("document.getElementById('news').role == 'status' ? 'polite' : ''"));
    String tree = browser.command("Accessibility.getFullAXTree", Map.of()).toString();
    for (String role :
        List.of(
            "\"table\"", "\"columnheader\"", "\"rowheader\"", "\"search\"", "\"contentinfo\"")) {
      assertTrue(tree.contains("\"value\":" + role), role + " is not in the tree that is read out");
    }
  }

  @Test
  void saysThatItLostContact() {
    TestAgent other = TestAgent.watching(ENGINE.dataRoot());
    URI page = other.uri("/");
    try {
      other.scrapeWhen("it has looked", s -> s.text().contains("page-web"));
      browser.open(page);
      browser.await("live", "beat.textContent.startsWith('Live')");
    } finally {
      other.close();
    }
    browser.await("it says so", "beat.textContent.startsWith('Lost contact. Last update')");
    assertEquals("Lost contact with the agent.", browser.text("news.textContent"));
    assertTrue(rows().contains("page-web"), "what was known stays");
    assertTrue(
        browser.complaints().stream().allMatch(one -> one.contains("ERR_")),
        () -> browser.complaints().toString());
    browser.forget();
  }
}
