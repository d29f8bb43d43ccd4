package io.bilgewatch.agent;

import io.bilgewatch.agent.proposal.Proposal;
import io.bilgewatch.agent.proposal.Remark;
import io.bilgewatch.agent.proposal.Writes;
import io.bilgewatch.agent.render.ProposalText;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.web.page.Proposed;
import io.bilgewatch.kernel.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A proposal as a container's page shows it. */
final class ProposedPages {
  private ProposedPages() {}

  static Proposed of(ContainerView container, Reading<Writes> writes) {
    return switch (writes) {
      case Reading.Missing<Writes>(_, String why) ->
          new Proposed("What it needs is not known: " + why, List.of(), List.of(), Map.of());
      case Reading.Present<Writes>(Writes found) -> of(container, found);
    };
  }

  private static Proposed of(ContainerView container, Writes writes) {
    Proposal proposal = writes.proposal();
    ProposalText text =
        new ProposalText(container.name(), container.container().state().image(), proposal);
    List<String> remarks = new ArrayList<>(text.remarks(Remark.Kind.MUST));
    remarks.addAll(text.remarks(Remark.Kind.UNKNOWN));
    remarks.addAll(text.remarks(Remark.Kind.NOTE));
    return new Proposed(text.verdict(), blocks(proposal, text), remarks, writes.volumes());
  }

  private static List<Proposed.Block> blocks(Proposal proposal, ProposalText text) {
    if (proposal.mounts().isEmpty() && proposal.settings().isEmpty()) {
      return List.of();
    }
    List<Proposed.Block> blocks = new ArrayList<>();
    List<String> options = String.join(" \\\n", text.dockerRun()).lines().toList();
    blocks.add(new Proposed.Block("docker run", options));
    if (!text.ownership().isEmpty()) {
      blocks.add(new Proposed.Block("before, for new volumes", text.ownership()));
    }
    blocks.add(new Proposed.Block("Compose", text.compose().lines().toList()));
    blocks.add(new Proposed.Block("Kubernetes", text.kubernetes().lines().toList()));
    return blocks;
  }
}
