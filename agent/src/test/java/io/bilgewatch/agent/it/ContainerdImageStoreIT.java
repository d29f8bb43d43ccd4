package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The containerd image store, Docker's default since release 29, whose API and files do not tell
 * where a layer is. The engines of today's distributions do not have it, so its parts are made
 * here: a process whose {@code /} is a real overlay on a snapshot of containerd's, in real cgroups,
 * and the state files of the engine.
 */
class ContainerdImageStoreIT {
  private static final String ID = "c0ffee".repeat(10) + "beef";
  private static final String SNAPSHOTS = "io.containerd.snapshotter.v1.overlayfs/snapshots";

  /** As runc does it: a mount namespace, the container's own root, and nothing left of the old. */
  private static final String CONTAINER =
      """
      set -e
      cd "$SNAPSHOTS"
      mkdir -p 1/fs/bin 1/fs/proc 1/fs/old 7/fs 7/work "$MERGED"
      cp "$(command -v busybox)" 1/fs/bin/busybox
      ln -s busybox 1/fs/bin/sh
      mount -t overlay overlay -o "lowerdir=$PWD/1/fs,upperdir=$PWD/7/fs,workdir=$PWD/7/work" "$MERGED"
      cd "$MERGED"
      mount -t proc proc proc
      pivot_root . old
      exec /bin/sh -c '/bin/busybox umount -l /old; /bin/busybox mkdir /data
        /bin/busybox head -c 345678 /bin/busybox > /data/written
        while :; do /bin/busybox sleep 0.1; done'
      """;

  /** The memory controller and every other that there is, as an engine does it. */
  private static final String JOIN =
      """
      for cgroup in /sys/fs/cgroup/*/ /sys/fs/cgroup/; do
        [ -e "$cgroup/cgroup.procs" ] || continue
        mkdir -p "$cgroup/docker/$ID" 2>/dev/null || continue
        for file in cpuset.cpus cpuset.mems; do
          for at in docker docker/$ID; do
            [ ! -e "$cgroup/$file" ] || cat "$cgroup/$file" > "$cgroup/$at/$file" 2>/dev/null
          done
        done
        echo "$PID" > "$cgroup/docker/$ID/cgroup.procs" 2>/dev/null
      done
      true
      """;

  private static final String LEAVE =
      "rmdir /sys/fs/cgroup/docker/$ID /sys/fs/cgroup/*/docker/$ID /sys/fs/cgroup/docker"
          + " /sys/fs/cgroup/*/docker 2>/dev/null; true";

  @TempDir Path directory;

  private Path layer;
  private Path state;
  private Process process;

  @BeforeEach
  void startContainer() throws IOException {
    Assumptions.assumeTrue(
        Shell.text("id", "-u").equals("0"), "mounts and cgroups can be made by root only");
    Path snapshots = Files.createDirectories(directory.resolve("containerd").resolve(SNAPSHOTS));
    layer = snapshots.resolve("7/fs");
    state = Files.createDirectories(directory.resolve("docker/containers").resolve(ID));
    ProcessBuilder builder =
        new ProcessBuilder("unshare", "--mount", "--propagation=private", "sh", "-c", CONTAINER);
    builder.environment().put("SNAPSHOTS", snapshots.toString());
    builder.environment().put("MERGED", directory.resolve("merged").toString());
    process = builder.inheritIO().start();
    shell(JOIN);
    Await.until(
        "the container has written",
        Duration.ofSeconds(10),
        () -> layer.resolve("data/written").toFile().length() == 345_678);
  }

  private void shell(String script) {
    Shell.run(
            Duration.ofSeconds(20),
            Map.of("ID", ID, "PID", Long.toString(process.pid())),
            List.of("sh", "-c", script))
        .orFail();
  }

  @AfterEach
  void removeContainer() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly();
      assertTrue(process.waitFor(10, TimeUnit.SECONDS), "it has ended");
      Await.until(
          "its cgroups are gone",
          Duration.ofSeconds(10),
          () -> {
            shell(LEAVE);
            return !Files.exists(Path.of("/sys/fs/cgroup/memory/docker", ID))
                && !Files.exists(Path.of("/sys/fs/cgroup/docker", ID));
          });
    }
  }

  /** As release 29 writes it, in the parts that count, and into place by a rename as there. */
  private void writeState(boolean running) throws IOException {
    write(
        "hostconfig.json",
        """
        {"Binds":null,"LogConfig":{"Type":"json-file","Config":{}},"NetworkMode":"none",
         "RestartPolicy":{"Name":"no","MaximumRetryCount":0},"ReadonlyRootfs":false,"Memory":0,
         "Privileged":false,"SecurityOpt":null,"CapAdd":null,"CapDrop":null,"ShmSize":67108864}
        """);
    write(
        "config.v2.json",
        """
        {"StreamConfig":{},"State":{"Running":%b,"Paused":false,"Restarting":false,
          "OOMKilled":false,"RemovalInProgress":false,"Dead":false,"Pid":%d,"ExitCode":0,"Error":"",
          "StartedAt":"2026-01-02T03:04:05.678901234Z","FinishedAt":"0001-01-01T00:00:00Z"},
         "ID":"%s","Created":"2026-01-02T03:04:05.0Z","Managed":false,"Path":"/bin/sh","Args":[],
         "Config":{"Hostname":"c0ffeec0ffee","User":"","Image":"web:1","Labels":{}},
         "Image":"sha256:%s","ImageManifest":{"mediaType":"application/vnd.oci.image.manifest.v1+json"},
         "Name":"/web","Driver":"overlayfs","OS":"linux","RestartCount":0,"MountPoints":{}}
        """
            .formatted(running, running ? process.pid() : 0, ID, "0".repeat(64)));
  }

  private void write(String name, String content) throws IOException {
    Path temporary = Files.writeString(state.resolve(".tmp-" + name + "1"), content);
    Files.move(temporary, state.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private long du(String... options) {
    String[] command =
        Stream.of(Stream.of("du", "-s"), Stream.of(options), Stream.of(layer.toString()))
            .flatMap(s -> s)
            .toArray(String[]::new);
    return Long.parseLong(Shell.text(command).split("\t", -1)[0]);
  }

  private boolean agrees(Scrape scrape) {
    return scrape.of("bilgewatch_writable_layer_bytes", "web").orElse(-1) == du("-B1")
        && scrape.of("bilgewatch_writable_layer_inodes", "web").orElse(-1) == du("--inodes");
  }

  @Test
  void theLayerIsFoundByTheKernelsMountTableAndRememberedAfterTheEnd() throws Exception {
    writeState(true);
    try (TestAgent agent = TestAgent.watching(directory.resolve("docker"))) {
      Duration found = Await.until("layer", Duration.ofSeconds(2), () -> agrees(agent.scrape()));
      Scrape scrape = agent.scrape();
      assertEquals(1, scrape.value("bilgewatch_container_running", "web"));
      assertEquals(0, scrape.value("bilgewatch_rootfs_readonly", "web"));
      assertEquals(
          KernelTruth.shmem(new KernelTruth((int) process.pid()).memoryCgroup()),
          scrape.value("bilgewatch_memory_shmem_bytes", "web"));
      assertTrue(
          scrape.series("bilgewatch_container_info", "web").orElseThrow().contains("overlayfs"));
      assertTrue(du("-B1") > 345_678);

      process.destroyForcibly();
      assertTrue(process.waitFor(10, TimeUnit.SECONDS), "it has ended");
      Files.write(layer.resolve("after"), new byte[70_000]);
      writeState(false);
      Duration measured =
          Await.until(
              "the layer of the container that ended",
              Duration.ofSeconds(4),
              () ->
                  agent.scrape().of("bilgewatch_container_running", "web").orElse(-1) == 0
                      && agrees(agent.scrape()));
      assertFalse(agent.scrape().of("bilgewatch_rootfs_readonly", "web").isPresent());
      System.out.printf(
          "containerd's layer: found after %d ms, measured anew %d ms after its end%n",
          found.toMillis(), measured.toMillis());
    }
  }

  @Test
  void anAgentThatNeverSawItRunHasNoFigureForItAndSaysSo() throws Exception {
    writeState(false);
    try (TestAgent agent = TestAgent.watching(directory.resolve("docker"))) {
      Scrape scrape =
          agent.scrapeWhen("it", s -> s.of("bilgewatch_container_running", "web").isPresent());
      assertFalse(scrape.of("bilgewatch_writable_layer_bytes", "web").isPresent());
      assertEquals(
          1,
          scrape.value(
              "bilgewatch_reading_missing", "web", "reading=\"layer\"", "cause=\"unsupported\""));
      assertEquals(0, scrape.value("bilgewatch_hardening_check", "web", "check=\"log_bounded\""));
    }
  }
}
