package io.bilgewatch.agent.proposal;

import java.util.List;

/**
 * What a container needs for a read-only root.
 *
 * @param sealed whether its root is read-only already
 * @param mounts by path, none below another of the same kind that would make it too
 * @param settings by name
 * @param remarks by path
 */
public record Proposal(
    Verdict verdict,
    boolean sealed,
    List<Mount> mounts,
    List<Setting> settings,
    List<Remark> remarks) {

  public Proposal {
    mounts = List.copyOf(mounts);
    settings = List.copyOf(settings);
    remarks = List.copyOf(remarks);
  }

  /** In one word. */
  public enum Verdict {
    /** Nothing was written that it would miss. */
    READY,
    /** With these mounts and settings. */
    MOUNTS,
    /** Something must be changed before, or it would fail or degrade. */
    CHANGE,
    /** Not all could be read. */
    UNKNOWN
  }

  /** Those of a kind. */
  public List<Remark> remarks(Remark.Kind kind) {
    return remarks.stream().filter(remark -> remark.kind() == kind).toList();
  }
}
