package io.bilgewatch.agent.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.config.Problem;
import io.bilgewatch.agent.contract.WritablePath.Kind;
import io.bilgewatch.agent.view.ProcessUser;
import io.bilgewatch.kernel.KernelPath;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractFileTest {
  /** The one of the documentation. */
  static final String WHOLE =
      """
      contract: 1
      name: shop-web
      applies-to:
        image: nginx:1.27*
        container: shop-web-*
        compose-project: shop
        compose-service: web
        label: {com.example.tier: front}
      root: read-only
      user: "101:101"
      writable:
        - path: /run
          kind: tmpfs
          size: 1MiB
          options: [nosuid, nodev, noexec, mode=0755]
          why: PID file
        - {path: /data, kind: volume, why: what customers upload}
      never-writable: [/etc, /usr]
      """;

  @Test
  void readsAllThatThereIs() throws Exception {
    Contract read = ContractFile.parse("a.yml", WHOLE);
    assertEquals(
        new Contract(
            "shop-web",
            "a.yml",
            new Selector(
                Optional.of("nginx:1.27*"),
                Optional.of("shop-web-*"),
                Optional.of("shop"),
                Optional.of("web"),
                Map.of("com.example.tier", "front")),
            true,
            new AllowedUser.Numbered(101, OptionalInt.of(101)),
            List.of(
                new WritablePath(
                    KernelPath.of("/run"),
                    Kind.TMPFS,
                    OptionalLong.of(1 << 20),
                    List.of("nosuid", "nodev", "noexec", "mode=0755"),
                    "PID file"),
                new WritablePath(
                    KernelPath.of("/data"),
                    Kind.VOLUME,
                    OptionalLong.empty(),
                    List.of(),
                    "what customers upload")),
            List.of(KernelPath.of("/etc"), KernelPath.of("/usr"))),
        read);
  }

  @Test
  void whatIsNotSaidIsTheStricter() throws Exception {
    Contract read = ContractFile.parse("a.yml", "contract: 1\nname: a\napplies-to: {image: x}\n");
    assertTrue(read.rootReadOnly());
    assertEquals(new AllowedUser.NonRoot(), read.user());
    assertEquals(List.of(), read.writable());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "contract: 1      | contract: 2          | a.yml:1:1: contract expects 1",
        "contract: 1      | version: 1           | a.yml:1:1: unknown key \"version\"",
        "contract: 1      | version: 1           | expects contract: 1, the version",
        "name: shop-web   | nmae: shop-web       | a.yml:2:1: unknown key \"nmae\"; did you mean \"name\"?",
        "name: shop-web   | name: a b            | a.yml:2:1: name expects letters",
        "root: read-only  | root: ro             | a.yml:9:1: root expects one of read-only, writable",
        "user: \"101:101\"| user: nobody         | a.yml:10:1: user expects non-root, any",
        "kind: tmpfs      | kind: memory         | a.yml:13:5: kind expects one of tmpfs",
        "kind: tmpfs      | kind: layer          | a.yml:13:5: kind layer is for root: writable",
        "kind: tmpfs      | kind: bind           | a.yml:14:5: size is of a tmpfs",
        "size: 1MiB       | size: 1MB            | a.yml:14:5: size expects a number of bytes such as",
        "size: 1MiB       | size: 0              | a.yml:14:5: size expects more than 0",
        "size: 1MiB       | sise: 1MiB           | a.yml:12:5: writable: expects size of a tmpfs",
        "nosuid, nodev    | nosiud, nodev        | a.yml:15:15: options expects nosuid",
        "nosuid, nodev    | nosiud, nodev        | found \"nosiud\"; did you mean \"nosuid\"?",
        "why: PID file    | why:                 | a.yml:16:5: why expects a line of text",
        "why: PID file    | options: []          | \"options\" is there twice, first in line 15",
        "path: /run       | path: run            | a.yml:12:5: path expects an absolute path",
        "path: /run       | path: /run/          | a.yml:12:5: path expects an absolute path",
        "path: /run       | path: /a/../run      | a.yml:12:5: path expects an absolute path",
        "path: /run       | path: /              | a.yml:12:5: path expects a path below /",
        "path: /run       | path: /data          | a.yml:17:6: path /data is declared twice",
        "[/etc, /usr]     | [/etc, usr]          | a.yml:18:24: never-writable expects an absolute path",
        "[/etc, /usr]     | [/run]               | a.yml:18:18: /run is never to be writable, and /run",
        "[/etc, /usr]     | [/data/a]            | /data is declared writable",
        "[/etc, /usr]     | [/etc                | not YAML",
      })
  void tellsWhereAndWhatWasExpected(String right, String wrong, String says) {
    assertTrue(WHOLE.contains(right), right);
    String told = String.join("\n", problems(WHOLE.replace(right, wrong)));
    assertTrue(told.contains(says), told);
  }

  @Test
  void tellsAllAtOnce() {
    List<String> told =
        problems("contract: 3\nroot: x\nwritable:\n  - path: a\n  - 7\nnever-writable: 7\n");
    for (String part :
        List.of(
            "1:1",
            "2:1",
            "expects name",
            "expects applies-to",
            "4:5: path",
            "expects kind",
            "expects why",
            "5:5: each of writable",
            "6:1: never-writable expects a list")) {
      assertTrue(told.stream().anyMatch(one -> one.contains(part)), part + " in " + told);
    }
  }

  @Test
  void anEmptyFileIsNoContract() {
    assertEquals(1, problems("").size());
    assertEquals(1, problems("# nothing\n").size());
    assertEquals(1, problems("- a\n").size());
    assertTrue(
        problems("contract: 1\nname: a\napplies-to: {}\n").toString().contains("applies-to"));
    assertTrue(
        assertThrows(ConfigurationException.class, () -> ContractFile.read(Path.of("/absent.yml")))
            .getMessage()
            .contains("no such file"));
  }

  @Test
  void boundsWhatOneFileMayAskFor() {
    StringBuilder many =
        new StringBuilder("contract: 1\nname: a\napplies-to: {image: x}\nwritable:\n");
    for (int i = 0; i < 65; i++) {
      many.append("  - {path: /p").append(i).append(", kind: bind, why: x}\n");
    }
    assertTrue(problems(many.toString()).getFirst().contains("4:1: more than 64"));
    String bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
    assertFalse(problems(bomb).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "nginx:*,nginx:1.27,true",
    "*,anything,true",
    "a*b*c,aXbYbZc,true",
    "a*b*c,aXbYbZ,false",
    "nginx,nginx:1.27,false",
    "*nginx*,docker.io/library/nginx:1,true",
    "'',x,false",
  })
  void aStarStandsForAnyRun(String pattern, String text, boolean like) {
    assertEquals(like, Selector.isLike(pattern, text));
  }

  @Test
  void usersAreAllowedByNumber() {
    AllowedUser group = AllowedUser.of("101:7").orElseThrow();
    assertEquals(Optional.of(true), group.allows(new ProcessUser(101, OptionalInt.of(7))));
    assertEquals(Optional.of(false), group.allows(new ProcessUser(101, OptionalInt.of(8))));
    assertEquals(Optional.empty(), group.allows(new ProcessUser(101, OptionalInt.empty())));
    assertEquals(Optional.of(false), group.allows(new ProcessUser(102, OptionalInt.empty())));
    assertEquals(
        Optional.of(false),
        new AllowedUser.NonRoot().allows(new ProcessUser(0, OptionalInt.empty())));
    assertEquals(Optional.empty(), AllowedUser.of("-1"));
  }

  private static List<String> problems(String text) {
    return assertThrows(ConfigurationException.class, () -> ContractFile.parse("a.yml", text))
        .problems()
        .stream()
        .map(Problem::toString)
        .toList();
  }
}
