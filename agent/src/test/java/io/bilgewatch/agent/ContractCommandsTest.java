package io.bilgewatch.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.contract.Contract;
import io.bilgewatch.agent.contract.ContractFile;
import io.bilgewatch.agent.proposal.Proposal;
import io.bilgewatch.agent.proposal.Writes;
import io.bilgewatch.agent.proposal.Written;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Contracts.State;
import io.bilgewatch.agent.view.ProcessUser;
import io.bilgewatch.agent.view.WrittenLayer;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of a host for a command about contracts, and what is not. */
class ContractCommandsTest {
  private static final Written NOTHING =
      new Written(
          Reading.of(
              new WrittenLayer(List.of(), MadeView.layerOf(0, Instant.EPOCH), Optional.empty())),
          Reading.of(List.of()));

  @TempDir private Path folder;

  private final List<String> asked = new ArrayList<>();
  private final ContractCommands commands =
      new ContractCommands(
          (container, _) -> {
            asked.add("written " + container.name());
            return NOTHING;
          },
          container -> {
            asked.add("proposed " + container.name());
            Proposal proposal =
                new Proposal(Proposal.Verdict.READY, false, List.of(), List.of(), List.of());
            return new Writes(NOTHING.layer(), NOTHING.failures(), proposal, Map.of());
          });

  private static ContainerView made(boolean running) {
    return MadeView.of(
            Made.container(Path.of("/d"), running, "", Reading.notApplicable("not made")))
        .running(running)
        .rootReadOnly(Reading.of(true))
        .user(new ProcessUser(7, OptionalInt.of(7)))
        .make();
  }

  private Contract contract(String name, String container) throws Exception {
    Path file = folder.resolve(name + ".yml");
    Files.writeString(
        file,
        """
        contract: 1
        name: %s
        applies-to: {container: "%s"}
        writable: []
        """
            .formatted(name, container));
    return ContractFile.read(file);
  }

  @Test
  void aCheckReadsTheLayerOnceAndProposesNothing() throws Exception {
    List<Contract> two = List.of(contract("one", "made"), contract("two", "*"));
    var check = commands.check(two, List.of(made(true)), false);
    assertEquals(2, check.checked().getFirst().verdicts().size());
    assertEquals(State.KEPT, check.worst(false));
    assertEquals(List.of("written made"), asked);
  }

  @Test
  void aContainerWithoutAContractAndOneThatDoesNotRunAreNotReadAtAll() throws Exception {
    commands.check(List.of(contract("other", "other")), List.of(made(true)), false);
    commands.check(List.of(contract("one", "made")), List.of(made(false)), false);
    assertEquals(List.of(), asked);
  }

  @Test
  void theFirstDraftIsMadeOfWhatIsProposed() throws IOException {
    String text = commands.init(MadeView.like(made(true)).rootReadOnly(Reading.of(false)).make());
    assertTrue(text.contains("could be read-only"), text);
    assertEquals(List.of("proposed made"), asked);
  }
}
