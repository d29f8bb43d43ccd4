package io.bilgewatch.agent.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.Made;
import io.bilgewatch.agent.MadeView;
import io.bilgewatch.agent.proposal.Mount;
import io.bilgewatch.agent.proposal.Proposal;
import io.bilgewatch.agent.proposal.Remark;
import io.bilgewatch.agent.proposal.Setting;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.ProcessUser;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ContractTextTest {
  private static final List<String> HOSTILE =
      List.of(
          "/a: b",
          "/- c",
          "/#d",
          "/\"e\\",
          "/'f'",
          "/{g: h}",
          "/&i",
          "/*j",
          "/!k",
          "/%l",
          "/@m",
          "/ n ",
          "/ä",
          "/true",
          "/\u202eo",
          "/p, q: [r",
          "/$(id)",
          "/" + "s".repeat(999));

  private final List<WritableMount> mounts = new ArrayList<>();

  @Test
  void everyPathReadsBackAsItIs() throws Exception {
    for (String path : HOSTILE) {
      mounts.add(mount(KernelPath.of(path)));
    }
    Contract read = ContractFile.parse("made.yml", write(Optional.empty()));
    assertEquals(
        HOSTILE.stream().sorted().toList(),
        read.writable().stream()
            .map(one -> new String(one.path().bytes(), StandardCharsets.UTF_8))
            .sorted()
            .toList());
    assertEquals(new AllowedUser.Numbered(7, OptionalInt.empty()), read.user());
    assertTrue(read.appliesTo().fits(view().container().state()));
  }

  @Test
  void whatNoContractCanSayIsSaid() throws Exception {
    for (byte[] odd :
        List.of(
            new byte[] {'/', (byte) 0xff},
            "/a\nb".getBytes(StandardCharsets.UTF_8),
            "/..".getBytes(StandardCharsets.UTF_8))) {
      mounts.add(mount(KernelPath.of(odd)));
    }
    String text = write(Optional.empty());
    assertEquals(List.of(), ContractFile.parse("made.yml", text).writable());
    assertEquals(3, text.lines().filter(line -> line.contains("can't be declared")).count(), text);
  }

  @Test
  void aProposalIsWrittenWithItsReasonsAndCanNotEndALine() throws Exception {
    Proposal proposal =
        new Proposal(
            Proposal.Verdict.CHANGE,
            false,
            List.of(
                new Mount(
                    KernelPath.of("/run"),
                    Mount.Kind.TMPFS,
                    OptionalLong.of(1 << 20),
                    List.of("nosuid", "noexec", "uid=7", "strange"),
                    Optional.empty(),
                    "PID file\nroot: writable")),
            List.of(new Setting("HOME", "/tmp", "$HOME")),
            List.of(
                new Remark(KernelPath.of("/x\nuser: any"), Remark.Kind.MUST, "say\nuser: any")));
    String text = write(Optional.of(proposal));
    assertTrue(text.contains("\n# With HOME=/tmp in its environment.\n"), text);
    Contract read = ContractFile.parse("made.yml", text);
    assertEquals(List.of("nosuid", "noexec", "uid=7"), read.writable().getFirst().options());
    assertEquals("PID file root: writable", read.writable().getFirst().why());
    assertEquals(new AllowedUser.Numbered(7, OptionalInt.empty()), read.user());
    assertTrue(read.rootReadOnly());
    assertFalse(text.contains("\nuser: any"), text);
    assertTrue(text.contains("# To do before: "), text);
  }

  private String write(Optional<Proposal> proposal) {
    return ContractText.of(view(), mounts, proposal);
  }

  private static WritableMount mount(KernelPath path) {
    return new WritableMount(path, WritableMount.Kind.TMPFS, List.of("rw", "nosuid"));
  }

  private ContainerView view() {
    List<Reading<TmpfsUsage>> tmpfs = new ArrayList<>();
    mounts.forEach(mount ->
        tmpfs.add(
            Reading.of(
                new TmpfsUsage(
                    mount.path(),
                    "0:1",
                    new Limit.Bytes(12345),
                    OptionalLong.of(0),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    true,
                    false))));
    return MadeView.of(
            Made.container(
                Path.of("/d"),
                true,
                "\"Config\":{\"Image\":\"a: b\",\"Labels\":{\"com.docker.compose.service\":\"*x: y\"}}",
                Reading.notApplicable("-")))
        .rootReadOnly(Reading.of(true))
        .mounts(Reading.of(mounts))
        .tmpfs(tmpfs)
        .user(new ProcessUser(7, OptionalInt.of(7)))
        .make();
  }
}
