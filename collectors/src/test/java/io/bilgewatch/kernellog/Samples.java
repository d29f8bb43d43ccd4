package io.bilgewatch.kernellog;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Records of each kind, which fuzzing begins with. */
public final class Samples {
  private static final String STAMP = "audit(1700000000.001:9): ";
  private static final String PRINTED = "\"'\\=, :;{}[]()x0\n\u001d\u00ff_-+audit";

  private static final List<String> BODIES =
      List.of(
          "apparmor=\"DENIED\" operation=\"mknod\" class=\"file\" profile=\"web\" name=2F612062"
              + " pid=4242 comm=\"sh\" requested_mask=\"c\" denied_mask=\"c\" fsuid=0 ouid=0"
              + "\u001dFSUID=\"root\" OUID=\"root\"",
          "avc:  denied  { read write } for  pid=4242 comm=\"sh\" path=\"/a\" dev=\"vda1\" ino=7"
              + " scontext=a:b:c_t:s0:c1,c2 tcontext=a:b:d_t:s0 tclass=file permissive=0",
          "auid=1 uid=0 gid=0 ses=1 subj==x//null-/y (complain) pid=4242 comm=\"mkdir\""
              + " exe=\"/bin/sh\" sig=31 arch=c000003e syscall=83 compat=0 ip=0x1 code=0x7ffc0000",
          "domain=1a2b3c blockers=fs.make_reg,net.bind_tcp path=\"/tmp\" dev=\"vda\" ino=3",
          "domain=1a2b3c status=allocated mode=enforcing pid=7 uid=0 exe=\"/bin/l\" comm=\"l\"",
          "pid=7 uid=0 auid=4294967295 ses=1 msg='op=x apparmor=\"DENIED\" exe=\"/x\" res=success'");

  private static final List<Integer> TYPES = List.of(1400, 1400, 1326, 1423, 1424, 1107);

  private static final List<String> OTHERS =
      List.of(
          "kauditd_printk_skb: 42 callbacks suppressed",
          "audit: audit_lost=118 audit_rate_limit=0 audit_backlog_limit=64",
          "audit: backlog limit exceeded",
          "eth0: link is up\\x0a\\xe2\\x82\\xac");

  private Samples() {}

  public static Stream<Arguments> bodies() {
    return arguments(BODIES.stream());
  }

  /** As they stand in logs. */
  public static Stream<Arguments> lines() {
    return arguments(allLines());
  }

  private static Stream<String> allLines() {
    List<String> names =
        List.of("AVC", "1400", "SECCOMP", "UNKNOWN[1423]", "LANDLOCK_DOMAIN", "USER_AVC");
    return Stream.of(
            BODIES.stream().map(body -> STAMP + body),
            indices().map(i -> "type=" + names.get(i) + " msg=" + STAMP + BODIES.get(i)),
            indices().map(i -> "Jan  2 03:04:05 w audit[4]: " + names.get(i) + " " + BODIES.get(i)),
            indices()
                .map(i -> "node=w type=AVC msg=audit(02/01/2024 03:04:05.1:9) : " + BODIES.get(i)))
        .flatMap(each -> each);
  }

  /** As the device yields them. */
  public static Stream<Arguments> kmsg() {
    return arguments(allKmsg());
  }

  private static Stream<String> allKmsg() {
    return Stream.concat(
        indices()
            .map(i ->
                "5,77,1000000,-;audit: type=" + TYPES.get(i) + " " + STAMP + BODIES.get(i) + "\n"),
        OTHERS.stream().map(text -> "4,78,1000001,c,caller=T1;" + text + "\n SUBSYSTEM=net\n"));
  }

  private static Stream<Integer> indices() {
    return Stream.iterate(0, i -> i < BODIES.size(), i -> i + 1);
  }

  private static Stream<Arguments> arguments(Stream<String> texts) {
    return texts.map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** Samples of all kinds with a few changes each: the same for one seed. */
  public static Stream<byte[]> mutations(long seed, int count) {
    List<String> samples =
        Stream.of(BODIES.stream(), allLines(), allKmsg()).flatMap(each -> each).toList();
    Random random = new Random(seed);
    return Stream.generate(() -> mutation(samples.get(random.nextInt(samples.size())), random))
        .limit(count);
  }

  private static byte[] mutation(String sample, Random random) {
    StringBuilder text = new StringBuilder(sample);
    for (int changes = random.nextInt(6); changes > 0 && !text.isEmpty(); changes--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(5)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.setCharAt(at, PRINTED.charAt(random.nextInt(PRINTED.length())));
        case 2 -> text.insert(at, PRINTED.charAt(random.nextInt(PRINTED.length())));
        case 3 -> text.setLength(at);
        default -> text.insert(at, text.substring(0, random.nextInt(text.length())));
      }
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
