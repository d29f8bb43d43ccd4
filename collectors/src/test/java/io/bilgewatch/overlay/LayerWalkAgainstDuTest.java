package io.bilgewatch.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two sources must agree: the walk and coreutils' {@code du}, to the byte. */
class LayerWalkAgainstDuTest {
  enum Shape {
    EMPTY(":"),
    LARGE_FILE("head -c 84000000 /dev/urandom > blob"),
    HARD_LINKS_IN_ONE_DIRECTORY("head -c 10000 /dev/urandom > a; ln a b; ln a c; echo x > d"),
    HARD_LINKS_ACROSS_DIRECTORIES(
        "mkdir p q; head -c 99999 /dev/urandom > p/a; ln p/a q/a; ln p/a top; ln -s a p/s; ln p/s q/s"),
    SPARSE_FILE("truncate -s 1G sparse; echo end >> sparse"),
    MANY_SMALL_FILES("for i in {1..50000}; do echo $i > file-$i; done"),
    NAME_THAT_IS_NOT_UTF_8(
        "mkdir $'\\xff\\xfe'; echo x > $'\\xff\\xfe/\\x80'; echo y > $'\\xc3\\x28'"),
    NAME_WITH_A_NEWLINE("mkdir $'a\\nb'; echo x > $'a\\nb/\\n'; echo y > $'\\n'"),
    NAME_OF_255_BYTES("n=$(printf 'x%.0s' {1..255}); mkdir $n; echo x > $n/$n"),
    NAMES_THAT_BEGIN_WITH_DOTS("mkdir ... ..a .b; echo x > .../..x; echo y > ..a/...; echo z > .c"),
    DEEPER_THAN_PATH_MAX(
        "perl -e 'for (1..10000) { mkdir q(level-of-a-deep-tree) or die;"
            + " chdir q(level-of-a-deep-tree) or die;"
            + " if ($_ % 500 == 0) { open(F, q(>), q(f)); print F q(x) x 9999; close F } }'"),
    DEEP_WITH_SIBLINGS(
        "perl -e 'for (1..120) { for my $s (1..4) { mkdir qq(s$s); open(F, q(>), qq(s$s/f));"
            + " print F q(x) x ($s * 5000); close F } open(F, q(>), q(g)); close F;"
            + " mkdir q(m) or die; chdir q(m) or die }'"),
    DEEP_WITH_MANY_FILES(
        "perl -e 'for (1..80) { for my $s (1..45) { open(F, q(>), qq(file-$s));"
            + " print F q(x) x ($s * 300); close F } mkdir q(m) or die; chdir q(m) or die }'"),
    WIDE("for i in {1..3000}; do mkdir -p d-$i/e; done; echo x > d-77/e/f"),
    PIPES_SOCKETS_AND_DEVICES(
        "mkfifo pipe; mknod null c 1 3; mknod disk b 7 99; mknod whiteout c 0 0; ln whiteout again;"
            + " perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0);"
            + " bind(S, sockaddr_un(q(socket))) or die'"),
    SYMBOLIC_LINKS(
        "ln -s /etc/passwd short; ln -s $(printf 'y%.0s' {1..200}) long; ln -s / root; ln -s . self"),
    DIRECTORY_THAT_WAS_LARGE(
        "mkdir d; for i in {1..5000}; do echo > d/a-long-name-$i; done; rm d/*; echo x > d/y");

    private final String script;

    Shape(String script) {
      this.script = script;
    }
  }

  @ParameterizedTest
  @EnumSource
  void agrees(Shape shape) throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh("cd upper; " + shape.script);
      LayerMeasurement measurement = lab.measure();

      LayerUsage usage = measurement.usage();
      assertEquals(lab.number("du -s -B1 upper | cut -f1"), usage.allocatedBytes(), "allocated");
      assertEquals(lab.number("du -s --inodes upper | cut -f1"), usage.inodes(), "inodes");
      assertEquals(lab.number(APPARENT), usage.apparentBytes(), "apparent");
      assertTrue(usage.complete(), () -> "incomplete: " + measurement.shortfall());
      assertEquals(0, lab.openDescriptors(), "open descriptors");
    }
  }

  /** What is no directory, each inode once; find(1) descends without building paths to open. */
  private static final String APPARENT =
      "find upper -mindepth 1 ! -type d -printf '%i %s\\n'"
          + " | sort -u | awk '{ s += $2 } END { print s + 0 }'";
}
