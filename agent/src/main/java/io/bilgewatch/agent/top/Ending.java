package io.bilgewatch.agent.top;

import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.Outlook;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a container runs into first, if it goes on like this.
 *
 * @param what in three letters: {@code oom} a kill, {@code tmp} a full tmpfs, {@code quo} its
 *     quota, {@code dsk} the file system that it helps to fill
 */
record Ending(String what, double seconds) {

  static Optional<Ending> of(ContainerView container, HostView view) {
    Outlook.OfContainer outlook = view.outlook().of(container.id());
    List<Ending> all = new ArrayList<>();
    add(all, "oom", outlook.oomSeconds());
    outlook.tmpfs().values().forEach(tmpfs -> add(all, "tmp", tmpfs.fullSeconds()));
    add(all, "quo", outlook.layerFullSeconds());
    for (Outlook.OfFilesystem filesystem : view.outlook().filesystems().values()) {
      boolean helps =
          filesystem.shares().stream().anyMatch(one -> one.containerId().equals(container.id()));
      if (helps) {
        add(all, "dsk", filesystem.fullSeconds());
      }
    }
    return all.stream().min(Comparator.comparingDouble(Ending::seconds));
  }

  private static void add(List<Ending> all, String what, OptionalDouble seconds) {
    seconds.ifPresent(time -> all.add(new Ending(what, time)));
  }
}
