package io.bilgewatch.agent.posture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.bilgewatch.agent.Made;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.HostConfig;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.process.ProcessPosture;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From facts to answers: pass, fail, does not apply, or the reason why nobody knows. */
class HardeningChecksTest {
  private static final Path ROOT = Path.of("/srv/docker");
  private static final Reading<HostConfig> PLAIN = Made.hostConfig("{}");
  private static final Reading<HostConfig> UNREAD = Reading.missing(Cause.MALFORMED, "half a file");

  @ParameterizedTest
  @CsvSource({
    "ro,rw,PASS",
    "rw,rw,FAIL",
    "'rw,ro-is-not-an-option',ro,FAIL",
    "'nosuid,ro',rw,PASS"
  })
  void theRootIsReadOnlyByItsPerMountOptions(String options, String superOptions, String answer) {
    Facts facts = new Facts();
    facts.mounts =
        Reading.of(Made.mounts("1 0 0:9 / / " + options + " - overlay overlay " + superOptions));
    // What the configuration claims does not count.
    facts.host = Made.hostConfig("{\"ReadonlyRootfs\":" + answer.equals("FAIL") + "}");
    facts.expect(HardeningCheck.ROOTFS_READONLY, answer);
  }

  @Test
  void ofAStoppedContainerTheConfigurationIsAllThatIsKnown() {
    Facts facts = new Facts().stopped();
    facts.host =
        Made.hostConfig(
            "{\"ReadonlyRootfs\":true,\"Memory\":1048576,\"CapDrop\":[\"all\"],"
                + "\"SecurityOpt\":[\"no-new-privileges\"]}");
    for (HardeningCheck check :
        List.of(
            HardeningCheck.ROOTFS_READONLY,
            HardeningCheck.MEMORY_LIMITED,
            HardeningCheck.CAPABILITIES_DROPPED,
            HardeningCheck.NO_NEW_PRIVILEGES,
            HardeningCheck.NOT_PRIVILEGED)) {
      facts.expect(check, "PASS");
    }
    for (HardeningCheck check :
        List.of(
            HardeningCheck.SECCOMP,
            HardeningCheck.LSM_PROFILE,
            HardeningCheck.TMPFS_BOUNDED,
            HardeningCheck.TMPFS_NOSUID_NODEV_NOEXEC)) {
      facts.expect(check, "NOT_APPLICABLE");
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "none,FAIL",
        "'',FAIL",
        "root,FAIL",
        "0,FAIL",
        "00:1000,FAIL",
        "root:app,FAIL",
        "1000,PASS",
        "app,PASS",
        "app:root,PASS",
        "rooty,PASS"
      })
  void theUserOfAStoppedContainerByName(String user, String answer) {
    Facts facts = new Facts().stopped();
    facts.more = user == null ? "" : "\"Config\":{\"User\":\"" + user + "\"}";
    facts.expect(HardeningCheck.USER_NONROOT, answer);
  }

  @Test
  void theUserOfARunningContainerByTheKernel() {
    Facts facts = new Facts();
    // It began as app and became root, or was made root by its entry point.
    facts.more = "\"Config\":{\"User\":\"app\"}";
    facts.process = Reading.of(Made.posture(0, 0, true, 2, ""));
    facts.expect(HardeningCheck.USER_NONROOT, "FAIL");
    facts.process = Reading.of(Made.posture(101, 0, true, 2, ""));
    facts.expect(HardeningCheck.USER_NONROOT, "PASS");
  }

  @ParameterizedTest
  @CsvSource({
    "0,'[]',PASS",
    "a80425fb,'[]',FAIL",
    "400,'[\"NET_BIND_SERVICE\"]',PASS",
    "400,'[\"cap_net_bind_service\"]',PASS",
    "400,'[\"CHOWN\"]',FAIL",
    "401,'[\"NET_BIND_SERVICE\"]',FAIL",
    "1ffffffffff,'[\"ALL\"]',FAIL",
    "20000000000,'[]',FAIL",
  })
  void noCapabilityButThoseAskedForByName(String bounding, String added, String answer) {
    Facts facts = new Facts();
    facts.host = Made.hostConfig("{\"CapAdd\":" + added + "}");
    facts.process = Reading.of(Made.posture(0, Long.parseLong(bounding, 16), true, 2, ""));
    facts.expect(HardeningCheck.CAPABILITIES_DROPPED, answer);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"CapDrop\":[\"ALL\"]}',PASS",
    "'{\"CapDrop\":[\"NET_RAW\"]}',FAIL",
    "'{\"CapDrop\":[\"ALL\"],\"CapAdd\":[\"ALL\"]}',FAIL",
    "'{\"CapDrop\":[\"ALL\"],\"Privileged\":true}',FAIL",
    "'{}',FAIL"
  })
  void theCapabilitiesOfAStoppedContainerByItsConfiguration(String host, String answer) {
    Facts facts = new Facts().stopped();
    facts.host = Made.hostConfig(host);
    facts.expect(HardeningCheck.CAPABILITIES_DROPPED, answer);
  }

  @ParameterizedTest
  @CsvSource({"2,PASS", "1,FAIL", "0,FAIL", "-1,NOT_APPLICABLE"})
  void seccompMeansAFilter(int mode, String answer) {
    Facts facts = new Facts();
    facts.process = Reading.of(Made.posture(0, 0, true, mode, ""));
    facts.expect(HardeningCheck.SECCOMP, answer);
  }

  @ParameterizedTest
  @CsvSource({
    "docker-default (enforce),PASS",
    "docker-default (complain),FAIL",
    "unconfined,FAIL",
    "unconfined (enforce),FAIL",
    "'system_u:system_r:container_t:s0:c1,c2',PASS",
    "system_u:system_r:spc_t:s0,FAIL",
    "system_u:system_r:unconfined_t:s0,FAIL",
    "'',NOT_APPLICABLE"
  })
  void aSecurityModuleThatConfines(String label, String answer) {
    Facts facts = new Facts();
    facts.process = Reading.of(Made.posture(0, 0, true, 2, label));
    facts.expect(HardeningCheck.LSM_PROFILE, answer);
  }

  @Test
  void aMemoryLimitIsTheCgroups() {
    Facts facts = new Facts();
    facts.host = Made.hostConfig("{\"Memory\":1048576}");
    facts.memory = memory(Limit.unlimited());
    facts.expect(HardeningCheck.MEMORY_LIMITED, "FAIL");
    facts.host = PLAIN;
    facts.memory = memory(Limit.bytes(1));
    facts.expect(HardeningCheck.MEMORY_LIMITED, "PASS");
    facts.memory = Reading.missing(Cause.STUCK, "no answer");
    facts.expect(HardeningCheck.MEMORY_LIMITED, "STUCK");
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"10m\"}}',PASS",
    "'{\"Type\":\"json-file\",\"Config\":{\"max-file\":\"3\"}}',FAIL",
    "'{\"Type\":\"json-file\",\"Config\":null}',FAIL",
    "'{\"Type\":\"local\",\"Config\":{}}',PASS",
    "'{\"Type\":\"local\",\"Config\":{\"max-size\":\"-1\"}}',FAIL",
    "'{\"Type\":\"none\",\"Config\":{}}',PASS",
    "'{\"Type\":\"journald\",\"Config\":{}}',NOT_APPLICABLE"
  })
  void logsThatAreBounded(String log, String answer) {
    Facts facts = new Facts();
    facts.host = Made.hostConfig("{\"LogConfig\":" + log + "}");
    facts.expect(HardeningCheck.LOG_BOUNDED, answer);
  }

  @Test
  void everyTmpfsIsBoundedOrNobodyKnows() {
    Facts facts = new Facts();
    facts.tmpfs = Reading.of(List.of(tmpfs("/tmp", true, false)));
    facts.expect(HardeningCheck.TMPFS_BOUNDED, "PASS");
    facts.tmpfs = Reading.of(List.of(tmpfs("/tmp", true, false), tmpfs("/run", false, false)));
    facts.expect(HardeningCheck.TMPFS_BOUNDED, "FAIL");
    facts.tmpfs =
        Reading.of(List.of(tmpfs("/ro", false, true), tmpfs("/sys/fs/cgroup", false, false)));
    facts.expect(HardeningCheck.TMPFS_BOUNDED, "PASS");
    facts.tmpfs =
        Reading.of(List.of(tmpfs("/run", false, false), Reading.missing(Cause.FAILED, "?")));
    facts.expect(HardeningCheck.TMPFS_BOUNDED, "FAILED");
    facts.tmpfs = Reading.of(List.of());
    facts.expect(HardeningCheck.TMPFS_BOUNDED, "PASS");
  }

  @ParameterizedTest
  @CsvSource({
    "/tmp,'rw,nosuid,nodev,noexec',PASS",
    "/tmp,'rw,nosuid,nodev',FAIL",
    "/tmp,'ro',PASS",
    "/dev,'rw,nosuid',PASS",
    "/dev/shm,'rw,nosuid',FAIL"
  })
  void tmpfsThatNothingCanBeRunFrom(String point, String options, String answer) {
    Facts facts = new Facts();
    facts.mounts =
        Reading.of(
            Made.mounts(
                "1 0 0:9 / / ro - overlay overlay rw",
                "2 1 0:10 / " + point + " " + options + " - tmpfs t rw"));
    facts.expect(HardeningCheck.TMPFS_NOSUID_NODEV_NOEXEC, answer);
  }

  /** Never a pass or a fail out of what could not be read. */
  @Test
  void whatIsNotReadIsNotAnswered() {
    Facts facts = new Facts();
    facts.host = UNREAD;
    facts.mounts = Reading.missing(Cause.NOT_PERMITTED, "no");
    facts.process = Reading.missing(Cause.NOT_PERMITTED, "no");
    facts.memory = Reading.missing(Cause.FAILED, "no");
    facts.tmpfs = Reading.missing(Cause.STUCK, "no");
    facts.volumes = Reading.missing(Cause.FAILED, "no");
    facts.home = Reading.missing(Cause.FAILED, "no");
    HardeningChecks.answer(facts.all())
        .forEach((check, answer) -> assertInstanceOf(Reading.Missing.class, answer, check.label()));
  }

  @Test
  void everyCheckHasAnAnswer() {
    assertEquals(
        new HashSet<>(Arrays.asList(HardeningCheck.values())),
        HardeningChecks.answer(new Facts().all()).keySet());
  }

  private static Reading<MemoryUsage> memory(Limit limit) {
    return Reading.of(
        new MemoryUsage(
            "/docker/x",
            limit,
            1,
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty()));
  }

  private static Reading<TmpfsUsage> tmpfs(String path, boolean bounded, boolean readOnly) {
    return Reading.of(
        new TmpfsUsage(
            KernelPath.of(path),
            "0:" + path.length(),
            Limit.bytes(1 << 20),
            OptionalLong.of(0),
            OptionalLong.empty(),
            OptionalLong.empty(),
            bounded,
            readOnly));
  }

  /** What is known of a container; a plain one that runs, unless changed. */
  private static final class Facts {
    boolean running = true;
    String more = "";
    Reading<HostConfig> host = PLAIN;
    Reading<MountTable> mounts = Reading.of(Made.mounts("1 0 0:9 / / rw - overlay overlay rw"));
    Reading<ProcessPosture> process =
        Reading.of(Made.posture(0, Made.DOCKERS_CAPABILITIES, false, 2, ""));
    Reading<MemoryUsage> memory = HardeningChecksTest.memory(Limit.unlimited());
    Reading<List<Reading<TmpfsUsage>>> tmpfs = Reading.of(List.of());
    Reading<Boolean> volumes = Reading.notApplicable("no volume");
    Reading<Boolean> home = Reading.of(true);

    Facts stopped() {
      running = false;
      mounts = Reading.notApplicable("it does not run");
      process = Reading.notApplicable("it does not run");
      memory = Reading.notApplicable("it does not run");
      tmpfs = Reading.notApplicable("it does not run");
      return this;
    }

    PostureFacts all() {
      Container container = Made.container(ROOT, running, more, host);
      return new PostureFacts(container, mounts, process, memory, tmpfs, volumes, home);
    }

    void expect(HardeningCheck check, String answer) {
      Reading<Boolean> reading = HardeningChecks.answer(all()).get(check);
      String given =
          switch (reading) {
            case Reading.Present<Boolean>(Boolean pass) -> pass ? "PASS" : "FAIL";
            case Reading.Missing<Boolean>(Cause cause, _) -> cause.name();
          };
      assertEquals(answer, given, check.label());
    }
  }
}
