package io.bilgewatch.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.docker.DataRoots.Found;
import io.bilgewatch.kernel.HostRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a host of text files. */
final class DataRootsTest {
  private static final String HOST_NAMESPACE = "mnt:[4026531841]";
  private static final String ROOT_LINE = "29 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n";

  @TempDir Path directory;
  private HostRoot root;
  private DataRoots dataRoots;

  @BeforeEach
  void makeHost() throws IOException {
    root = new HostRoot(directory);
    dataRoots = new DataRoots(root, List.of());
    Files.createDirectories(root.dockerDaemonJson().getParent());
    process(1, "systemd", HOST_NAMESPACE, "/sbin/init");
  }

  private Path process(int pid, String comm, String namespace, String... arguments)
      throws IOException {
    Path process = Files.createDirectories(root.process(pid));
    Files.writeString(process.resolve("comm"), comm + "\n");
    Files.writeString(process.resolve("cmdline"), String.join("\0", arguments) + "\0");
    Files.writeString(process.resolve("status"), "Name:\t" + comm + "\nUid:\t0\t0\t0\t0\n");
    Files.writeString(process.resolve("mountinfo"), ROOT_LINE);
    Files.createDirectories(process.resolve("ns"));
    Files.createSymbolicLink(process.resolve("ns/mnt"), Path.of(namespace));
    return process;
  }

  private Path dockerd(int pid, String... arguments) throws IOException {
    String[] all = new String[arguments.length + 1];
    all[0] = "/usr/bin/dockerd";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return process(pid, "dockerd", HOST_NAMESPACE, all);
  }

  private List<String> paths() {
    return dataRoots.find().paths().stream().map(Path::toString).toList();
  }

  private void daemonJson(String json) throws IOException {
    Files.writeString(root.dockerDaemonJson(), json);
  }

  private String usual() {
    return root.defaultDockerDataRoot().toString();
  }

  @Test
  void withoutAnEngineItIsTheUsualPlaceWithoutComplaint() {
    Found found = dataRoots.find();
    assertEquals(List.of(root.defaultDockerDataRoot()), found.paths());
    assertEquals(List.of(), found.problems());
    assertEquals(OptionalInt.empty(), found.roots().getFirst().dockerdPid());
  }

  @Test
  void namedOnesAreTheOnlyOnes() throws IOException {
    dockerd(40, "--data-root=/srv/running");
    DataRoots named = new DataRoots(root, List.of(Path.of("/a"), Path.of("/b"), Path.of("/a")));
    assertEquals(List.of(Path.of("/a"), Path.of("/b")), named.find().paths());
  }

  @Test
  void runningEnginesTellTheirsInEveryWayThatThereIs() throws IOException {
    dockerd(40, "-H", "fd://", "--data-root", "/srv/a", "--exec-root=/run/a");
    dockerd(41, "--data-root=/srv/b/");
    dockerd(42, "-g", "/srv/c");
    dockerd(43, "-g=/srv/d");
    dockerd(44, "-g/srv/e");
    dockerd(45, "--graph", "/srv/f");
    dockerd(46, "--graph=/srv/old", "--graph=/srv/g");
    Found found = dataRoots.find();
    assertEquals(
        List.of("/srv/a", "/srv/b", "/srv/c", "/srv/d", "/srv/e", "/srv/f", "/srv/g"),
        paths().stream().sorted().toList());
    DataRoot first =
        found.roots().stream().filter(each -> each.path().endsWith("a")).findFirst().orElseThrow();
    assertEquals(OptionalInt.of(40), first.dockerdPid());
    assertEquals(Optional.of(Path.of("/run/a")), first.execRoot());
    assertTrue(first.source().contains("40"));
  }

  @Test
  void anEngineThatSaysNothingHasTheConfigurationsOrTheUsualPlace() throws IOException {
    dockerd(40);
    assertEquals(List.of(usual()), paths());
    daemonJson("{\"debug\":true,\"data-root\":\"/srv/moved\"}");
    assertEquals(List.of("/srv/moved"), paths());
    daemonJson("{\"graph\":\"/srv/older\"}");
    assertEquals(List.of("/srv/older"), paths());
  }

  @Test
  void aConfigurationFileOfItsOwnCountsInsteadOfTheUsualOne() throws IOException {
    daemonJson("{\"data-root\":\"/srv/usual\"}");
    Files.createDirectories(root.host(Path.of("/etc/other")));
    Files.writeString(root.host(Path.of("/etc/other/d.json")), "{\"data-root\":\"/srv/own\"}");
    dockerd(40, "--config-file", "/etc/other/d.json");
    assertEquals(List.of("/srv/own"), paths());
    dockerd(41, "--config-file=/etc/none.json");
    Found found = dataRoots.find();
    assertEquals(2, found.roots().size());
    assertTrue(found.problems().getFirst().contains("/etc/none.json"), found.problems().toString());
  }

  @Test
  void relativePathsBeginWhereTheProcessStands() throws IOException {
    Path process = dockerd(40, "--data-root", "data", "--exec-root", "../run");
    Files.createSymbolicLink(process.resolve("cwd"), Path.of("/opt/engine"));
    DataRoot found = dataRoots.find().roots().getFirst();
    assertEquals(Path.of("/opt/engine/data"), found.path());
    assertEquals(Optional.of(Path.of("/opt/run")), found.execRoot());
    Files.delete(process.resolve("cwd"));
    assertTrue(new DataRoots(root, List.of()).find().problems().getFirst().contains("(pid 40)"));
  }

  @Test
  void aMalformedConfigurationIsToldAndNotFatal() throws IOException {
    daemonJson("{\"data-root\": \"/srv/x\",}");
    Found found = dataRoots.find();
    assertEquals(List.of(root.defaultDockerDataRoot()), found.paths());
    assertTrue(found.problems().getFirst().contains("daemon.json"), found.problems().toString());
  }

  @Test
  void anEngineInAContainerIsLeftOutAndSaysWhy() throws IOException {
    Path inner = process(50, "dockerd", "mnt:[4026532999]", "dockerd", "--data-root=/inner");
    Files.writeString(
        inner.resolve("mountinfo"), "600 500 0:44 / / rw,relatime - overlay overlay rw\n");
    Found found = dataRoots.find();
    assertEquals(List.of(root.defaultDockerDataRoot()), found.paths());
    assertTrue(found.problems().getFirst().contains("(pid 50) is left out"));
    Files.delete(inner.resolve("ns/mnt"));
    assertEquals(1, dataRoots.find().problems().size(), "the mount table tells it as well");
  }

  @Test
  void aMountNamespaceOfItsOwnOnTheHostIsNoContainer() throws IOException {
    process(51, "dockerd", "mnt:[4026532111]", "dockerd", "--data-root=/srv/slave");
    assertEquals(List.of("/srv/slave"), paths());
  }

  @Test
  void aUsersProcessOfThatNameLeadsNowhere() throws IOException {
    Path fake = dockerd(60, "--data-root=/home/mallory/fake");
    Files.writeString(fake.resolve("status"), "Name:\tdockerd\nUid:\t1000\t0\t0\t0\n");
    Found found = dataRoots.find();
    assertEquals(List.of(root.defaultDockerDataRoot()), found.paths());
    assertTrue(found.problems().getFirst().contains("does not run as root"));
  }

  @Test
  void processesThatVanishOrBearOtherNamesAreNothing() throws IOException {
    process(70, "dockerd-helper", HOST_NAMESPACE, "dockerd", "--data-root=/x");
    process(71, "bash", HOST_NAMESPACE, "dockerd", "--data-root=/x");
    Files.createDirectories(root.process(72));
    assertEquals(List.of(usual()), paths());
    assertEquals(List.of(), dataRoots.find().problems());
  }

  @Test
  void anEngineThatStoppedKeepsItsDataRootUntilAnotherRuns() throws IOException {
    Path process = dockerd(40, "--data-root=/srv/a");
    assertEquals(List.of("/srv/a"), paths());
    Files.delete(process.resolve("comm"));
    DataRoot found = dataRoots.find().roots().getFirst();
    assertEquals(Path.of("/srv/a"), found.path());
    assertEquals(OptionalInt.empty(), found.dockerdPid());
    dockerd(41, "--data-root=/srv/b");
    assertEquals(List.of("/srv/b"), paths());
  }

  @Test
  void symbolicLinksAreFollowedAsTheHostFollowsThem() throws IOException {
    Files.createDirectories(root.host(Path.of("/mnt/disk/docker")));
    Path usual = root.host(root.defaultDockerDataRoot());
    Files.createDirectories(usual.getParent());
    Files.createSymbolicLink(usual, Path.of("/mnt/disk/current"));
    Files.createSymbolicLink(root.host(Path.of("/mnt/disk/current")), Path.of("docker"));
    assertEquals(List.of("/mnt/disk/docker"), paths());
  }

  @Test
  void aLoopOfLinksEnds() throws IOException {
    Files.createSymbolicLink(root.host(Path.of("/loop")), Path.of("loop"));
    DataRoots named = new DataRoots(root, List.of(Path.of("/loop/x")));
    assertEquals(List.of(Path.of("/loop/x")), named.find().paths());
  }

  @Test
  void withRemappedUsersTheStateIsOneLevelDeeper() throws IOException {
    dockerd(40, "--data-root=/srv/a");
    Files.createDirectories(root.host(Path.of("/srv/a/231072.231072/containers")));
    Files.createDirectories(root.host(Path.of("/srv/a/overlay2")));
    assertEquals(List.of("/srv/a/231072.231072"), paths());
    Files.createDirectories(root.host(Path.of("/srv/a/containers")));
    assertEquals(List.of("/srv/a", "/srv/a/231072.231072"), paths());
  }

  @Test
  void aHostWithoutProcessesToListSaysSo() throws IOException {
    HostRoot empty = new HostRoot(Files.createDirectories(directory.resolve("empty")));
    Found found = new DataRoots(empty, List.of()).find();
    assertEquals(1, found.roots().size());
    assertTrue(found.problems().getFirst().startsWith("can't list processes"));
  }
}
