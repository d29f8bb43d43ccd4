package io.bilgewatch.cgroup;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bilgewatch.kernel.Malformed;

/** {@code /proc/<pid>/cgroup} of any bytes. */
class CgroupFuzzTest {

  @FuzzTest
  void anyBytesAreAMembershipOrMalformed(byte[] text) {
    try {
      CgroupMembership membership = CgroupMembership.parse(text);
      assertNotNull(membership.version());
      assertNotNull(membership.kind());
      assertNotNull(membership.containerId());
    } catch (Malformed e) {
      assertNotNull(e.getMessage());
    }
  }
}
