package io.bilgewatch.kernel;

import java.util.Optional;
import java.util.stream.Stream;

/** The errors of a write that was refused, with their numbers (errno(3)), the same everywhere. */
public enum WriteErrno {
  /** Not the owner, or a capability is missing. */
  EPERM(1),
  /** File modes or an LSM. */
  EACCES(13),
  /** The disk, the tmpfs or its inodes are full. */
  ENOSPC(28),
  /** The file system is mounted read-only. */
  EROFS(30),
  /** A quota is used up. */
  EDQUOT(122);

  private final int number;

  WriteErrno(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** Empty for an error that does not say that a write was refused. */
  public static Optional<WriteErrno> of(int number) {
    return Stream.of(values()).filter(errno -> errno.number == number).findFirst();
  }
}
