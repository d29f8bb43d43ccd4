package io.bilgewatch.overlay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverlayAttributesTest {
  private static final String INITIAL = "         0          0 4294967295\n";

  @ParameterizedTest
  @CsvSource({
    "000001ffffffffff, true",
    "0000000000200000, true",
    "00000000a80425fb, false",
    "ffffffffffdfffff, false",
    "0000000000000000, false",
    "not a mask, false"
  })
  void asksForTheCapability(String mask, boolean expected) {
    String status = "Name:\tagent\nCapPrm:\t000001ffffffffff\nCapEff:\t" + mask + "\nNewLine:\t1\n";
    assertEquals(expected, readable(status, INITIAL));
  }

  @Test
  void aCapabilityInAnotherUserNamespaceDoesNotCount() {
    String status = "CapEff:\t000001ffffffffff\n";
    assertEquals(false, readable(status, "         0     100000      65536\n"));
    assertEquals(false, readable(status, "0 0 1000\n1000 1000 1\n"));
    assertEquals(false, readable(status, ""));
    assertEquals(false, readable("Name:\tagent\n", INITIAL));
  }

  @ParameterizedTest
  @CsvSource({
    "'rw,lowerdir=l,upperdir=u,workdir=w', true, TRUSTED",
    "'rw,lowerdir=l,upperdir=u,workdir=w', false, UNREADABLE",
    "'rw,lowerdir=l,userxattr,upperdir=u', false, USER",
    "'rw,upperdir=u,userxattr', true, USER",
    "'rw,upperdir=/userxattr/u', true, TRUSTED"
  })
  void followsTheMount(String options, boolean trusted, OverlayAttributes expected) {
    assertEquals(expected, OverlayAttributes.of(options, trusted));
  }

  private static boolean readable(String status, String uidMap) {
    return OverlayAttributes.trustedReadable(status.getBytes(US_ASCII), uidMap.getBytes(US_ASCII));
  }
}
