package io.bilgewatch.agent.render;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bilgewatch.agent.proposal.Mount;
import io.bilgewatch.agent.proposal.Proposal;
import java.util.Locale;

/**
 * A proposal as JSON: {@code {"verdict": …, "sealed": …, "mounts": […], "settings": […], "remarks":
 * […], "dockerRun": […], "ownership": […], "compose": …, "kubernetes": …}}.
 */
final class ProposalJson {
  private ProposalJson() {}

  static void add(ObjectNode node, Proposal proposal, ProposalText text) {
    node.put("verdict", label(proposal.verdict())).put("sealed", proposal.sealed());
    ArrayNode mounts = node.putArray("mounts");
    proposal.mounts().forEach(mount -> add(mounts.addObject(), mount));
    ArrayNode settings = node.putArray("settings");
    proposal
        .settings()
        .forEach(one ->
            settings
                .addObject()
                .put("name", one.name())
                .put("value", one.value())
                .put("why", one.why()));
    ArrayNode remarks = node.putArray("remarks");
    proposal
        .remarks()
        .forEach(one ->
            remarks
                .addObject()
                .put("path", one.path().toString())
                .put("kind", label(one.kind()))
                .put("text", one.text()));
    text.dockerRun().forEach(node.putArray("dockerRun")::add);
    text.ownership().forEach(node.putArray("ownership")::add);
    node.put("compose", text.compose()).put("kubernetes", text.kubernetes());
  }

  private static void add(ObjectNode node, Mount mount) {
    node.put("path", mount.path().toString()).put("kind", label(mount.kind()));
    mount.size().ifPresent(bytes -> node.put("sizeBytes", bytes));
    mount.options().forEach(node.putArray("options")::add);
    mount.owner().ifPresent(owner -> node.put("uid", owner.uid()).put("gid", owner.gid()));
    node.put("why", mount.why());
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
