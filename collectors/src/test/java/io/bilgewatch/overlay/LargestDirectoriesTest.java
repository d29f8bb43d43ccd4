package io.bilgewatch.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.overlay.LayerUsage.DirectoryUsage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LargestDirectoriesTest {
  private static final String FILE =
      "f() { mkdir -p $(dirname $1); head -c $(($2 << 10)) /dev/zero > $1; }; cd upper;";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # tree (KiB)                                                 | shown, largest first
          :                                                            |
          f a 100                                                      |
          f var/cache/apt/x 900                                        | /var/cache/apt
          f var/log/app/x 900; f var/log/y 50                          | /var/log/app
          f var/log/app/x 900; f var/log/y 900                         | /var/log
          f a/b/c/d/e/f/g 900                                          | /a/b/c/d
          f a/x 900; f b/x 500; f c/x 700                              | /a /c /b
          f a/b/x 900; f a/c/x 800; f d/e/x 700; f d/f/x 600           | /a/b /a/c /d/e /d/f
          """)
  void goesAsDeepAsItSaysSomething(String tree, String shown) throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh(FILE + tree);
      List<DirectoryUsage> largest = lab.measure().usage().largest();
      List<String> expected = shown == null ? List.of() : List.of(shown.split(" ", -1));
      assertEquals(expected, largest.stream().map(d -> d.path().toString()).toList());
      for (DirectoryUsage directory : largest) {
        String du = "du -s -B1 'upper" + directory.path() + "' | cut -f1";
        assertEquals(lab.number(du), directory.allocatedBytes());
      }
    }
  }

  @Test
  void tenOfManyAndTheLargest() throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh(FILE + "for i in {10..49}; do f d$i/e/x $((i * 8)); done");
      List<String> shown =
          lab.measure().usage().largest().stream().map(d -> d.path().toString()).toList();
      assertEquals("/d49/e", shown.getFirst());
      assertEquals("/d40/e", shown.getLast());
      assertEquals(10, shown.size());
    }
  }

  @Test
  void noneIsTheAncestorOfAnother() throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh(FILE + "for i in {1..30}; do f a/$i/b/$((i % 7))/x $i; f a/$i/y $((i * 2)); done");
      List<KernelPath> shown =
          lab.measure().usage().largest().stream().map(DirectoryUsage::path).toList();
      assertFalse(shown.isEmpty());
      for (KernelPath one : shown) {
        assertEquals(1, shown.stream().filter(other -> other.isAtOrBelow(one)).count());
      }
    }
  }

  @Test
  void namesAreBytesAndEscapedOnlyForPeople() throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh("cd upper; mkdir -p $'a\\xff/\\nb'; echo x > $'a\\xff/\\nb/f'");
      List<DirectoryUsage> largest = lab.measure().usage().largest();
      KernelPath raw = KernelPath.of(new byte[] {'/', 'a', (byte) 0xff, '/', '\n', 'b'});
      assertTrue(
          largest.stream().anyMatch(d -> d.path().isAtOrBelow(raw) || raw.isAtOrBelow(d.path())));
      assertEquals("/a\\xff", largest.getFirst().path().toString().substring(0, 6));
    }
  }
}
