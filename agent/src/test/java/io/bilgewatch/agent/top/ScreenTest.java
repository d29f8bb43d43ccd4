package io.bilgewatch.agent.top;

import static io.bilgewatch.agent.top.Fleet.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.rule.ContractRule;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.Contracts.NotKnown;
import io.bilgewatch.agent.view.Contracts.Violation;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.libc.Terminal.Size;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The screen as lines, for a view and a size. */
class ScreenTest {
  private static final Size USUAL = new Size(24, 80);
  private static final Look LOOK = new Look(true, true, true);

  private static final List<Violation> BROKEN =
      List.of(
          new Violation(ContractRule.ROOT_WRITABLE, "", "root: read-only", "writable"),
          new Violation(
              ContractRule.WRITE_UNDECLARED, "/srv/x", "no writable path", "other, 4.0 KiB"));

  private static final NotKnown UNREAD =
      new NotKnown("size of /run", Cause.NOT_PERMITTED, "not permitted");
  private static final NotKnown STOPPED =
      new NotKnown("all", Cause.NOT_APPLICABLE, "it does not run");

  private State state = State.begin(Sort.WORST, "");

  @Test
  void theWorstComesFirstAndSaysWhy() {
    Fleet fleet =
        new Fleet()
            .add("large", 5000 * MIB, 0.1)
            .add("sealed", 0, 0.2)
            .add("full", 20 * MIB, 0.95)
            .add("warned", 3 * MIB, 0.1)
            .alert(AlertRule.WRITABLE_LAYER_LARGE, "the layer is large")
            .add("sinking", MIB, 0.5)
            .oomIn(240)
            .alert(AlertRule.TMPFS_OOM_IMMINENT, "an OOM kill in about 4m 0s");
    List<String> lines = text(fleet.view(), USUAL);
    assertEquals(
        List.of("sinking", "warned", "full", "large", "sealed"),
        lines.subList(5, 10).stream().map(line -> line.substring(3).split(" ", 2)[0]).toList());
    assertEquals("!! sinking", lines.get(5).substring(0, 10));
    assertTrue(lines.get(5).contains("oom 4m"), lines.get(5));
    assertEquals("!  warned", lines.get(6).substring(0, 9));
    assertTrue(lines.get(9).matches(" +sealed +ro +0 +- +0% .* 2/2"), lines.get(9));
    assertTrue(lines.get(8).matches(" +large +rw +4\\.9G .* 1/2"), lines.get(8));
    assertEquals("!! sinking: an OOM kill in about 4m 0s (+1)", lines.get(3));
  }

  @Test
  void theHeadTellsOfTheHost() {
    List<String> lines = text(new Fleet().add("a", 0, 0).add("b", MIB, 0).view(), USUAL);
    assertTrue(
        lines.get(0).matches("bilgewatch web7  2 containers, 2 running, 1 sealed +02:00:00"),
        lines.get(0));
    assertTrue(lines.get(1).startsWith("Memory [███████▌            ] 3.0G of 8.0G used, 5.0G"));
    assertTrue(lines.get(2).contains("412G of 450G used, 38G free on /srv"), lines.get(2));
    assertEquals("No alert's condition holds.", lines.get(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 81, 99, 100, 109, 110, 120, 139, 160, 200, 400})
  void noLineIsWiderThanTheScreenAndColumnsStandBelowTheirHeads(int width) {
    Fleet fleet = new Fleet();
    for (int i = 0; i < 40; i++) {
      fleet.add("日本語-container-" + "x".repeat(i) + i, 999L << i % 40, i / 40.0);
    }
    Size size = new Size(30, width);
    List<Line> lines = show(fleet.view(), size).lines();
    assertEquals(30, lines.size());
    for (Line line : lines) {
      assertTrue(line.width() <= width, line.width() + ": " + line.text());
    }
    String head = lines.get(4).text();
    assertTrue(head.contains(" SAFE"), "the last of the columns of 80 is there: " + head);
    assertEquals(width >= 110, head.contains("IMAGE") || head.length() - 80 >= 30, head);
    int ends = head.indexOf("ENDS IN");
    String row = lines.get(5).text();
    int shift = Line.builder(LOOK.text(), width).add(row).done().width() - row.length();
    assertEquals(' ', row.charAt(ends - shift - 1), row);
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 85, 100, 200})
  void contractsHaveAColumnWhereverThereAreAny(int width) {
    Fleet fleet = new Fleet().add("broken", 0, 0.1).contract(BROKEN);
    fleet.add("kept", 0, 0.1).contract(List.of());
    fleet.add("many", 0, 0.1).contract(List.of(BROKEN.getFirst()), UNREAD);
    fleet.add("none", 0, 0.1);
    fleet.add("unread", 0, 0.1).contract(List.of(), UNREAD);
    fleet.add("stopped", 0, 0.1).with(one -> one.running(false)).contract(List.of(), STOPPED);
    state = State.begin(Sort.NAME, "");
    List<Line> lines = show(fleet.view(), new Size(24, width)).lines();
    lines.forEach(line -> assertTrue(line.width() <= width, line.text()));
    String head = lines.get(4).text();
    int at = head.indexOf(" KEPT") + 1;
    assertTrue(at > 0, head);
    assertEquals(width >= 85, head.contains(" DISK "), head);
    assertEquals(
        List.of("no 2", " yes", "no 1", "   -", "   -", "   ?"),
        lines.subList(5, 11).stream().map(line -> line.text().substring(at, at + 4)).toList());
    assertTrue(lines.get(5).text().matches(" +broken +ro .*"), lines.get(5).text());
  }

  @Test
  void withoutContractsThereIsNoColumnOfThem() {
    List<String> lines = text(new Fleet().add("a", MIB, 0).view(), USUAL);
    assertFalse(lines.get(4).contains("KEPT"), lines.get(4));
    assertTrue(lines.get(4).contains("DISK"), lines.get(4));
    HostView view = new Fleet().add("a", MIB, 0).contract(BROKEN).view();
    String plain = new PlainTable(new TopOptions(Duration.ZERO, Sort.NAME, "", 0)).of(view);
    assertTrue(plain.lines().findFirst().orElse("").endsWith(" KEPT"), plain);
    assertTrue(plain.lines().toList().get(1).endsWith(" no 2"), plain);
  }

  @Test
  void detailsTellWhatIsBrokenWithTheRemedyAndWhatHappened() {
    Fleet fleet = new Fleet().add("web", 20 * MIB, 0.5).contract(BROKEN, UNREAD);
    fleet.killed(Duration.ofSeconds(75)).killed(Duration.ofSeconds(7));
    HostView view = fleet.view();
    press(view, Key.Named.ENTER);
    for (int width : List.of(80, 100, 200)) {
      List<String> lines = text(view, new Size(60, width));
      assertHas(lines, "Contract +shop-web is not kept");
      assertHas(lines, "  root_writable");
      assertHas(lines, " +declared: root: read-only, found: writable");
      assertHas(lines, " +start it with --read-only \\(Compose: read_only: true\\)");
      assertHas(lines, "  write_undeclared /srv/x");
      assertHas(lines, "  not known: size of /run: not permitted");
      assertHas(lines, " +1m 15s ago  OOM kill: tmpfs held most of the memory, /scratch .*");
      int first = index(lines, " +7s ago  OOM kill.*");
      assertTrue(first < index(lines, " +1m 15s ago.*"), "the newest first");
      assertHas(lines, "  \\(denials, failed writes .* the daemon's page tells them\\)");
    }
  }

  @Test
  void everyRemedyFitsTheNarrowestScreen() {
    List<Violation> all =
        Arrays.stream(ContractRule.values())
            .map(rule -> new Violation(rule, "", "declared", "found"))
            .toList();
    HostView view = new Fleet().add("web", 0, 0).contract(all).view();
    press(view, Key.Named.ENTER);
    List<String> lines = text(view, new Size(120, 80));
    for (ContractRule rule : ContractRule.values()) {
      assertTrue(lines.contains("      " + rule.remedy()), rule.remedy());
    }
  }

  private static int index(List<String> lines, String pattern) {
    return IntStream.range(0, lines.size())
        .filter(i -> lines.get(i).matches(pattern))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFileOfAContractThatCanNotBeReadIsTold() {
    CollectorStatus files =
        new CollectorStatus(
            "contracts",
            CollectorStatus.Outcome.FAILED,
            "/c/web.yml:3: unknown key",
            Duration.ZERO,
            Duration.ZERO,
            Optional.empty());
    HostView view = new Fleet().add("a", MIB, 0).collectors(files).view();
    assertHas(text(view, USUAL), "\\? Not read: contracts: /c/web.yml:3: unknown key");
  }

  @Test
  void hostileTextMovesNothing() {
    String evil = "\u001b[2J\u202e\n\u0007\u009b31m" + "a\u0301\u0301\u0301\u0301" + "\ud83d\udea2";
    Fleet fleet = new Fleet().add("b", MIB, 0.1).add(evil, MIB, 0.1, "/tmp/" + evil, Fleet.NOW);
    fleet.alert(AlertRule.TMPFS_OOM_IMMINENT, evil);
    fleet.contract(
        List.of(new Violation(ContractRule.WRITE_UNDECLARED, evil, evil, evil)),
        new NotKnown(evil, Cause.FAILED, evil));
    HostView view = fleet.view();
    for (State.Mode mode : List.of(State.Mode.LIST, State.Mode.FILTER, State.Mode.DETAILS)) {
      state = new State(mode, Sort.NAME, false, "", false, Fleet.id(1), 0, 0, 0);
      for (Line line : show(view, new Size(60, 80)).lines()) {
        assertTrue(line.width() <= 80, line.text());
        assertTrue(line.text().chars().noneMatch(c -> c < ' ' || (c >= 0x7f && c < 0xa0)));
        assertFalse(line.text().contains("\u202e"), line.text());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"24x79", "9x80", "3x10", "1x1", "0x0"})
  void aScreenThatIsTooSmallSaysSo(String given) {
    String[] parts = given.split("x", -1);
    Size size = new Size(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    List<Line> lines = show(new Fleet().add("a", MIB, 0).view(), size).lines();
    assertEquals(size.rows(), lines.size());
    lines.forEach(line -> assertTrue(line.width() <= size.columns(), line.text()));
    if (size.rows() > 3 && size.columns() > 30) {
      assertTrue(lines.get(1).text().contains("80 columns, 10 lines"), lines.get(1).text());
    }
  }

  @Test
  void beforeTheFirstViewThereIsAScreenAlready() {
    Screen.Content nothing =
        new Screen.Content(Optional.empty(), List.of(), new Moments(), "02:00:00", Fleet.NOW);
    List<Line> lines = new Screen(LOOK, "web7").show(nothing, state, USUAL).lines();
    assertEquals(24, lines.size());
    assertTrue(lines.get(1).text().contains("read for the first time"));
  }

  @Test
  void aLayerThatIsBeingMeasuredIsNoZero() {
    List<String> lines = text(new Fleet().add("new", -1, 0).view(), USUAL);
    assertTrue(lines.get(5).matches(" +new +rw +\\.\\.\\. .*"), lines.get(5));
  }

  @Test
  void scrollsWithTheCursorAndStaysAtItsContainer() {
    Fleet fleet = new Fleet();
    IntStream.range(0, 50).forEach(i -> fleet.add("c%02d".formatted(i), (50 - i) * MIB, 0));
    HostView view = fleet.view();
    state = State.begin(Sort.NAME, "");
    press(view, Key.Named.PAGE_DOWN, Key.Named.DOWN);
    Screen.Shown shown = show(view, USUAL);
    assertEquals(18, shown.page());
    assertEquals("   c19", selected(shown).substring(0, 6));
    assertTrue(last(shown).endsWith(" 3-20 of 50"), last(shown));
    press(view, new Key.Typed('r'), Key.Named.END);
    assertEquals("   c00", selected(show(view, USUAL)).substring(0, 6));
    press(view, new Key.Typed('g'));
    assertEquals("   c49", selected(show(view, USUAL)).substring(0, 6));
  }

  @Test
  void filtersByNameAndImageAndSaysWhatItDoes() {
    HostView view = new Fleet().add("web", MIB, 0).add("db", MIB, 0).view();
    press(view, new Key.Typed('/'), new Key.Typed('W'), new Key.Typed('e'));
    assertEquals(1, rows(view).size());
    assertTrue(last(show(view, USUAL)).startsWith("Filter: We_"));
    press(view, Key.Named.BACKSPACE, Key.Named.BACKSPACE, new Key.Typed('x'), Key.Named.ENTER);
    assertEquals(0, rows(view).size());
    assertTrue(text(view, USUAL).get(5).contains("None of 2 containers has \"x\""));
    press(view, Key.Named.ESCAPE);
    assertEquals(2, rows(view).size());
    state = State.begin(Sort.NAME, "image-of-1");
    assertEquals("db", rows(view).getFirst().name());
  }

  @Test
  void detailsTellAllAndScroll() {
    Fleet fleet = new Fleet().add("db", 20 * MIB, 0.5).oomIn(90);
    fleet.alert(AlertRule.TMPFS_OOM_IMMINENT, "an OOM kill soon");
    HostView view = fleet.view();
    press(view, Key.Named.ENTER);
    List<String> lines = text(view, new Size(60, 80));
    assertTrue(lines.getFirst().startsWith("db  "), lines.getFirst());
    assertHas(lines, "critical +db: an OOM kill soon");
    assertHas(lines, "Layer +20\\.0 MiB in 11 files and directories: 7 new, 4 changed.*");
    assertHas(lines, " +20\\.0 MiB  /var/cache/db");
    assertHas(lines, "  tmpfs +/run +\\[█+ *\\] 32\\.0 MiB of 64\\.0 MiB rw,nosuid");
    assertHas(lines, "  FAIL  rootfs_readonly");
    assertHas(lines, ".*an OOM kill in about 1m 30s");
    press(view, Key.Named.END);
    List<String> scrolled = text(view, new Size(12, 80));
    assertTrue(scrolled.get(11).matches(".*lines \\d+-(\\d+) of \\1"), scrolled.get(11));
    press(view, new Key.Typed('q'));
    assertEquals(State.Mode.LIST, state.mode());
  }

  @Test
  void helpFitsTheSmallestScreenByScrolling() {
    state = state.on(new Key.Typed('?'), List.of(), 1);
    HostView view = new Fleet().view();
    assertHas(text(view, new Size(40, 80)), ".*ENDS IN.*");
    assertEquals(10, text(view, new Size(10, 80)).size());
  }

  private static void assertHas(List<String> lines, String pattern) {
    assertTrue(lines.stream().anyMatch(line -> line.matches(pattern)), pattern + " in " + lines);
  }

  private void press(HostView view, Key... keys) {
    for (Key key : keys) {
      Screen.Shown shown = show(view, USUAL);
      state = shown.state().on(key, rows(view).stream().map(Row::id).toList(), shown.page());
    }
  }

  private List<Row> rows(HostView view) {
    Rates rates = new Rates();
    rates.take(view);
    return Rows.of(Optional.of(view), rates, state);
  }

  private Screen.Shown show(HostView view, Size size) {
    Screen.Content content =
        new Screen.Content(Optional.of(view), rows(view), new Moments(), "02:00:00", Fleet.NOW);
    return new Screen(LOOK, "web7").show(content, state, size);
  }

  private List<String> text(HostView view, Size size) {
    return show(view, size).lines().stream().map(Line::text).toList();
  }

  private static String selected(Screen.Shown shown) {
    return shown.lines().stream().skip(5).filter(Line::reverse).findFirst().orElseThrow().text();
  }

  private static String last(Screen.Shown shown) {
    return shown.lines().getLast().text().stripTrailing();
  }
}
