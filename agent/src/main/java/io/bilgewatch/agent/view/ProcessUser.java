package io.bilgewatch.agent.view;

import java.util.OptionalInt;

/**
 * Whom a container's first process runs as, as the container sees it.
 *
 * @param gid empty where a user namespace gives groups other numbers
 */
public record ProcessUser(int uid, OptionalInt gid) {
  @Override
  public String toString() {
    return gid.isPresent() ? uid + ":" + gid.getAsInt() : String.valueOf(uid);
  }
}
