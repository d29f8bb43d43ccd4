package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.Limit;
import java.util.OptionalLong;

/**
 * The room that one cgroup, or it and all above it, leaves.
 *
 * @param headroom limit minus unreclaimable; unlimited where there is no limit
 * @param known false where a limit stands but what is unreclaimable below it can't be told
 */
record Level(Limit limit, Limit headroom, boolean known) {
  static final Level UNLIMITED = new Level(Limit.unlimited(), Limit.unlimited(), true);

  static Level of(Limit limit, OptionalLong unreclaimable) {
    return switch (limit) {
      case Limit.Unlimited _ -> UNLIMITED;
      case Limit.Bytes(long bytes) when unreclaimable.isPresent() ->
          new Level(limit, Limit.bytes(Math.max(0, bytes - unreclaimable.getAsLong())), true);
      case Limit.Bytes _ -> new Level(limit, Limit.unlimited(), false);
    };
  }

  /** Both limits hold. */
  Level below(Level ancestor) {
    if (ancestor.equals(UNLIMITED)) {
      return this;
    }
    return new Level(
        limit.tighter(ancestor.limit),
        headroom.tighter(ancestor.headroom),
        known && ancestor.known);
  }

  /** Empty where there is no limit, or one whose room can't be told. */
  OptionalLong headroomBytes() {
    return known && headroom instanceof Limit.Bytes(long bytes)
        ? OptionalLong.of(bytes)
        : OptionalLong.empty();
  }
}
