package io.bilgewatch.agent.rule;

import java.util.Locale;

/** What a contract can be broken by; the names are part of the public contract. */
public enum ContractRule {
  ROOT_WRITABLE(
      "the root is to be read-only and is not",
      "start it with --read-only (Compose: read_only: true)"),
  ROOT_USER(
      "it is not to run as root and does",
      "give it a user: USER in the image, --user, or user: of Compose"),
  WRONG_USER(
      "it runs as another user than the declared one",
      "start it as the declared user, or declare the one that it has"),
  MOUNT_UNDECLARED(
      "it can write to a mount that nobody declared",
      "drop the mount or make it read-only, or declare it and say why"),
  MOUNT_MISSING(
      "a declared mount is not there, or can't be written to",
      "start it with the mount, or drop it from the contract"),
  MOUNT_KIND(
      "a declared mount is of another kind", "mount what is declared, or declare what is mounted"),
  TMPFS_UNBOUNDED(
      "nobody set a size for a tmpfs: it may take half of the host's memory",
      "give the tmpfs its size: --tmpfs PATH:size=…"),
  TMPFS_LARGER(
      "a tmpfs may take more than is declared",
      "make the tmpfs smaller, or declare its size in a review"),
  OPTION_MISSING("a mount lacks an option that is declared", "mount it with the declared options"),
  WRITE_UNDECLARED(
      "something was written where nobody declared it",
      "let the program write elsewhere, or declare the place and say why"),
  WRITE_FAILED(
      "a declared path can't be written to", "see who owns the path and whether it is full"),
  NEVER_WRITABLE(
      "what is never to be writable is, or was written to",
      "drop the mount, and look at what was written: this may be an intruder's");

  private final String summary;
  private final String remedy;

  ContractRule(String summary, String remedy) {
    this.summary = summary;
    this.remedy = remedy;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** One clause for people. */
  public String summary() {
    return summary;
  }

  /** What to do about it, in one clause. */
  public String remedy() {
    return remedy;
  }
}
