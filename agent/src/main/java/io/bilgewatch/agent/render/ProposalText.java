package io.bilgewatch.agent.render;

import io.bilgewatch.agent.proposal.Mount;
import io.bilgewatch.agent.proposal.Proposal;
import io.bilgewatch.agent.proposal.Remark;
import io.bilgewatch.agent.text.ShellText;
import io.bilgewatch.agent.text.Visible;
import io.bilgewatch.agent.text.YamlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A proposal as what can be pasted: options of docker run, Compose, Kubernetes. */
public final class ProposalText {
  private static final long MIB = 1 << 20;
  private static final int MOST_NAME = 40;

  private final String container;
  private final String image;
  private final Proposal proposal;
  private final Map<Mount, String> slugs = new LinkedHashMap<>();

  /**
   * @param container its name, by which volumes are called
   * @param image from which it is made
   */
  public ProposalText(String container, String image, Proposal proposal) {
    this.container = container;
    this.image = image;
    this.proposal = proposal;
    for (Mount mount : proposal.mounts()) {
      String slug = slug(mount.path().toString(), "root");
      int number = 1;
      while (slugs.containsValue(slug)) {
        number++;
        slug = slug(mount.path().toString(), "root") + "-" + number;
      }
      slugs.put(mount, slug);
    }
  }

  /** The options of {@code docker run}, each quoted where a shell would read it otherwise. */
  public List<String> dockerRun() {
    List<String> options = new ArrayList<>(List.of("--read-only"));
    for (Mount mount : proposal.mounts()) {
      options.add(
          ShellText.quoted(
              switch (mount.kind()) {
                case TMPFS -> "--tmpfs=" + tmpfs(mount);
                case VOLUME ->
                    "--mount=type=volume,source=%s,target=%s"
                        .formatted(volume(mount), mount.path());
              }));
    }
    proposal
        .settings()
        .forEach(setting ->
            options.add(ShellText.quoted("--env=" + setting.name() + "=" + setting.value())));
    return options;
  }

  /** {@code /run:size=1m,nosuid,nodev,noexec}. */
  private static String tmpfs(Mount mount) {
    return "%s:size=%dm,%s"
        .formatted(
            mount.path(), mount.size().orElseThrow() / MIB, String.join(",", mount.options()));
  }

  /** Commands that give fresh volumes to the container's user; before it is started. */
  public List<String> ownership() {
    return slugs.keySet().stream()
        .filter(mount -> mount.kind() == Mount.Kind.VOLUME && mount.owner().isPresent())
        .map(mount -> {
          Mount.Owner owner = mount.owner().get();
          return ("docker run --rm --user=0 --network=none --entrypoint=chown"
                  + " --mount=type=volume,source=%s,target=/volume %s %d:%d /volume")
              .formatted(volume(mount), ShellText.quoted(image), owner.uid(), owner.gid());
        })
        .toList();
  }

  /** The part of a Compose file that is of this service. */
  public String compose() {
    List<String> volumes =
        of(Mount.Kind.VOLUME).stream().map(mount -> volume(mount) + ":" + mount.path()).toList();
    StringBuilder text = new StringBuilder("read_only: true\n");
    append(text, "tmpfs", of(Mount.Kind.TMPFS).stream().map(ProposalText::tmpfs).toList());
    append(text, "volumes", volumes);
    append(
        text,
        "environment",
        proposal.settings().stream().map(one -> one.name() + "=" + one.value()).toList());
    if (!volumes.isEmpty()) {
      text.append("# beside the services\nvolumes:\n");
      of(Mount.Kind.VOLUME).forEach(mount -> text.append("  %s: {}\n".formatted(volume(mount))));
    }
    return text.toString();
  }

  /** Compose takes a dollar for a variable. */
  private static void append(StringBuilder text, String key, List<String> items) {
    if (!items.isEmpty()) {
      text.append(key).append(":\n");
      items.forEach(item ->
          text.append("  - ").append(YamlText.quoted(item.replace("$", "$$"))).append('\n'));
    }
  }

  /** The parts of a pod's specification: of the container, and of the pod. */
  public String kubernetes() {
    StringBuilder text =
        new StringBuilder("# of the container\nsecurityContext:\n  readOnlyRootFilesystem: true\n");
    if (!proposal.settings().isEmpty()) {
      text.append("env:\n");
      proposal
          .settings()
          .forEach(one ->
              text.append(
                  "  - {name: %s, value: %s}\n"
                      .formatted(one.name(), YamlText.quoted(one.value()))));
    }
    if (slugs.isEmpty()) {
      return text.toString();
    }
    text.append("volumeMounts:\n");
    slugs.forEach((mount, slug) ->
        text.append(
            "  - {name: %s, mountPath: %s}\n"
                .formatted(slug, YamlText.quoted(mount.path().toString()))));
    text.append("# of the pod\n");
    slugs.keySet().stream()
        .flatMap(mount -> mount.owner().stream())
        .findFirst()
        .ifPresent(
            owner -> text.append("securityContext:\n  fsGroup: %d\n".formatted(owner.gid())));
    text.append("volumes:\n");
    slugs.forEach((mount, slug) -> text.append(podVolume(mount, slug)));
    return text.toString();
  }

  private String podVolume(Mount mount, String slug) {
    return switch (mount.kind()) {
      case TMPFS ->
          "  - {name: %s, emptyDir: {medium: Memory, sizeLimit: %dMi}}\n"
              .formatted(slug, mount.size().orElseThrow() / MIB);
      case VOLUME ->
          "  - {name: %s, persistentVolumeClaim: {claimName: %s}}\n".formatted(slug, volume(mount));
    };
  }

  private List<Mount> of(Mount.Kind kind) {
    return slugs.keySet().stream().filter(mount -> mount.kind() == kind).toList();
  }

  private String volume(Mount mount) {
    return slug(container, "data") + "-" + slugs.get(mount);
  }

  /** A name as volumes and Kubernetes allow it: {@code var-lib-app}. */
  private static String slug(String text, String otherwise) {
    String plain = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String cut = plain.substring(0, Math.min(MOST_NAME, plain.length()));
    String name = cut.replaceAll("^-|-$", "");
    return name.isEmpty() ? otherwise : name;
  }

  /** The verdict in one sentence. */
  public String verdict() {
    return switch (proposal.verdict()) {
      case READY ->
          proposal.sealed()
              ? "Its root is read-only, and no write is known to fail."
              : "Ready for a read-only root: it writes nothing that it would miss.";
      case MOUNTS ->
          proposal.sealed()
              ? "Its root is read-only, and it misses these:"
              : "Ready for a read-only root with these:";
      case CHANGE ->
          proposal.sealed()
              ? "Its root is read-only, and it can't do all that it wants; this must change:"
              : "Not ready for a read-only root; before, this must change:";
      case UNKNOWN -> "Whether it is ready for a read-only root can't be told:";
    };
  }

  /** The remarks of a kind, one line each. */
  public List<String> remarks(Remark.Kind kind) {
    return proposal.remarks(kind).stream()
        .map(remark -> Visible.of(remark.path() + ": " + remark.text()))
        .distinct()
        .toList();
  }
}
