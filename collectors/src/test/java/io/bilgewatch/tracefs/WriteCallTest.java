package io.bilgewatch.tracefs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.WriteErrno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WriteCallTest {
  private static WriteCall call(String name) {
    return WriteCall.ALL.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void filtersAskForWhatCounts() {
    assertEquals("ret==-1||ret==-13||ret==-28||ret==-30||ret==-122", call("mkdir").filter());
    assertEquals("ret==-28||ret==-30||ret==-122", call("write").filter());
  }

  @Test
  void eachNameOnce() {
    assertEquals(
        WriteCall.ALL.size(), WriteCall.ALL.stream().map(WriteCall::name).distinct().count());
  }

  @Test
  void onlyDenialsOfOpenAreUnclear() {
    assertTrue(call("openat").isUnclear(WriteErrno.EACCES));
    assertTrue(call("openat").isUnclear(WriteErrno.EPERM));
    assertFalse(call("openat").isUnclear(WriteErrno.EROFS));
    assertFalse(call("mkdir").isUnclear(WriteErrno.EACCES));
    assertFalse(call("bind").counts(WriteErrno.EACCES), "a port below 1024");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 0x41, 0x241, 0x442, 0x40, 0x200, 0x1234_0000_0000_0001L})
  void asksToWrite(long flags) {
    assertTrue(OpenFlags.askToWrite(flags));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, 0x80000, 0x90800, 0x400})
  void doesNotAskToWrite(long flags) {
    assertFalse(OpenFlags.askToWrite(flags));
  }
}
