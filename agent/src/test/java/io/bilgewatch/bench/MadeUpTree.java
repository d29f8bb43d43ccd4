package io.bilgewatch.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a made-up host with any number of running containers, to be read in the place of a
 * real one's. The tmpfs mounts are this process's own, so that asking them costs what it costs.
 */
public final class MadeUpTree {
  private static final int MOST_TMPFS = 3;
  private static final int FIRST_PID = 100_000;
  private static final String STAT =
      " (sh) S 1 1 1 0 -1 4194560 100 0 0 0 1 1 0 0 20 0 1 0 18334 1000000 100 0\n";
  private static final String STATUS =
      """
      Name:\tsh
      Uid:\t101\t101\t101\t101
      Gid:\t101\t101\t101\t101
      Groups:\t101\s
      CapPrm:\t0000000000000000
      CapEff:\t0000000000000000
      CapBnd:\t0000000000000000
      NoNewPrivs:\t1
      Seccomp:\t2
      """;

  private final Path root;
  private final String tmpfs;

  private MadeUpTree(Path root) throws IOException {
    this.root = root;
    List<String> own =
        Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
            .filter(line -> line.contains(" - tmpfs "))
            .limit(MOST_TMPFS)
            .toList();
    this.tmpfs = String.join("\n", own);
  }

  /** Writes them below an empty directory, which is then {@code host.root}. */
  public static void write(Path root, int containers) throws IOException {
    MadeUpTree tree = new MadeUpTree(root);
    tree.host();
    for (int i = 0; i < containers; i++) {
      tree.container(i);
    }
  }

  private void host() throws IOException {
    file("proc/meminfo", Files.readString(Path.of("/proc/meminfo")));
    String mounts =
        """
        24 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
        27 24 0:31 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime - cgroup cgroup rw,memory
        """;
    file("proc/1/mountinfo", mounts);
    file("proc/self/mountinfo", mounts);
    file("sys/fs/cgroup/memory/memory.stat", "");
    cgroup("sys/fs/cgroup/memory/docker");
  }

  private void container(int number) throws IOException {
    String id = "%064x".formatted(0x1234_5678_9abcL * (number + 1));
    int pid = FIRST_PID + number;
    process("proc/" + pid, pid, id);
    cgroup("sys/fs/cgroup/memory/docker/" + id);
    String docker = "var/lib/docker/";
    file(docker + "image/overlay2/layerdb/mounts/" + id + "/mount-id", id);
    file(docker + "overlay2/" + id + "/diff/file", "written");
    file(docker + "containers/" + id + "/" + id + "-json.log", "");
    file(
        docker + "containers/" + id + "/hostconfig.json",
        "{\"LogConfig\":{\"Type\":\"json-file\"}}");
    file(
        docker + "containers/" + id + "/config.v2.json",
        """
        {"ID":"%s","Name":"/made-up-%d","Driver":"overlay2","Config":{"Image":"made/up:1"},
         "State":{"Running":true,"Pid":%d,"StartedAt":"2026-01-01T00:00:00Z"}}
        """
            .formatted(id, number, pid));
  }

  private void process(String directory, int pid, String id) throws IOException {
    file(directory + "/stat", pid + STAT);
    file(
        directory + "/cgroup",
        "4:memory:/docker/%s\n1:name=systemd:/docker/%s\n".formatted(id, id));
    file(directory + "/status", STATUS);
    file(directory + "/uid_map", "         0          0 4294967295\n");
    file(directory + "/attr/current", "docker-default (enforce)\n");
    file(directory + "/environ", "PATH=/bin\0");
    file(
        directory + "/mountinfo",
        """
        600 550 0:50 / / rw,relatime - overlay overlay rw,lowerdir=/a,upperdir=/b,workdir=/c
        601 600 0:51 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
        602 600 8:1 /hosts /etc/hosts rw,relatime - ext4 /dev/sda1 rw
        """
            + tmpfs
            + "\n");
    Files.createSymbolicLink(root.resolve(directory + "/root"), Path.of("/"));
  }

  private void cgroup(String directory) throws IOException {
    file(directory + "/memory.usage_in_bytes", "1200128\n");
    file(directory + "/memory.limit_in_bytes", "67108864\n");
    file(directory + "/memory.kmem.usage_in_bytes", "413696\n");
    file(directory + "/memory.use_hierarchy", "1\n");
    file(directory + "/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n");
    StringBuilder stat = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      stat.append("some_counter_").append(i).append(" 0\n");
    }
    file(
        directory + "/memory.stat",
        stat + "hierarchical_memory_limit 67108864\ntotal_rss 45056\ntotal_shmem 0\n");
  }

  private void file(String name, String content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content.getBytes(UTF_8));
  }
}
